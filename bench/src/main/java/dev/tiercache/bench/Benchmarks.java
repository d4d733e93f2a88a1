package dev.tiercache.bench;

import java.time.LocalDate;
import java.util.Collection;
import java.util.Locale;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs the benchmarks and prints each beside its peer as a ratio: absolute times say more of the machine than of the code. */
public final class Benchmarks {

    private Benchmarks() {}

    /** Runs them all, with one and with two threads. */
    public static void main(String[] args) throws RunnerException {
        StringBuilder summary = new StringBuilder();
        for (int threads = 1; threads <= 2; threads++) {
            Collection<RunResult> results = new Runner(new OptionsBuilder()
                            .include(L1ReadBenchmark.class.getSimpleName())
                            .threads(threads)
                            .build())
                    .run();
            double engine = score(results, "engine");
            double caffeine = score(results, "caffeine");
            summary.append(String.format(
                    Locale.ROOT,
                    "L1 hit, %d thread(s): engine %.0f ns, Caffeine alone %.0f ns, ratio %.2f%n",
                    threads,
                    engine,
                    caffeine,
                    engine / caffeine));
        }
        System.out.printf(
                Locale.ROOT,
                "%n%s%s, JDK %s, %d processors%n",
                summary,
                LocalDate.now(),
                Runtime.version(),
                Runtime.getRuntime().availableProcessors());
    }

    private static double score(Collection<RunResult> results, String benchmark) {
        return results.stream()
                .filter(r -> r.getParams().getBenchmark().endsWith("." + benchmark))
                .findFirst()
                .orElseThrow()
                .getPrimaryResult()
                .getScore();
    }
}
