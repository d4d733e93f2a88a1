package dev.tiercache.bench.jmh;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs benchmarks in rounds: in each round every one of them once, in a JVM of its own, so that whatever else the machine
 * does meets ours and its peers alike, and a ratio of one round compares neighbours in time.
 */
final class Alternation {

    /** The system property that tells a benchmark's JVM where Redis is. */
    static final String REDIS = "tiercache.bench.redis";

    private final Map<Trial, List<Sample>> samples = new LinkedHashMap<>();

    private Alternation() {}

    /**
     * How much is run.
     *
     * @param rounds JVMs for each benchmark
     * @param warmups iterations before it counts
     * @param iterations iterations that count
     * @param millis length of each iteration, ms
     */
    record Effort(int rounds, int warmups, int iterations, int millis) {
        /** For what only computes. */
        static final Effort COMPUTING = new Effort(5, 7, 4, 250);

        /** For what goes through a client's many classes, which takes longer to be compiled. */
        static final Effort TALKING = new Effort(5, 6, 4, 500);

        /** Shows that all of it runs. */
        static final Effort QUICK = new Effort(1, 1, 1, 100);
    }

    /** One benchmark, by the names of its class and method, and the threads that run it at the same time. */
    record Trial(String benchmark, int threads) {
        /** The threads in words. */
        static String by(int threads) {
            return threads + (threads == 1 ? " thread" : " threads");
        }
    }

    /**
     * What one JVM measured.
     *
     * @param score in the benchmark's own unit, by the clock
     * @param cpuNanos time on processors for one operation, ns, with all that the process did for it: garbage
     *     collection, the client's threads
     */
    record Sample(double score, double cpuNanos) {}

    /** Runs all trials of the comparisons, each once a round. */
    static Alternation of(List<Comparison> comparisons, Effort effort, String redisUrl) throws RunnerException {
        Set<Trial> trials = new LinkedHashSet<>();
        comparisons.forEach(comparison -> trials.addAll(comparison.trials()));
        return of(trials, effort, redisUrl);
    }

    /** Runs trials, each once a round. */
    static Alternation of(Collection<Trial> trials, Effort effort, String redisUrl) throws RunnerException {
        Alternation runs = new Alternation();
        for (int round = 1; round <= effort.rounds(); round++) {
            for (Trial trial : trials) {
                Sample sample = measured(trial, effort, redisUrl);
                System.err.printf(
                        "round %d of %d: %s, %d threads%n", round, effort.rounds(), trial.benchmark(), trial.threads());
                runs.samples.computeIfAbsent(trial, s -> new ArrayList<>()).add(sample);
            }
        }
        return runs;
    }

    /** What a trial measured, in the order of the rounds. */
    List<Sample> of(Trial trial) {
        return samples.getOrDefault(trial, List.of());
    }

    private static Sample measured(Trial trial, Effort effort, String redisUrl) throws RunnerException {
        TimeValue time = TimeValue.milliseconds(effort.millis());
        RunResult result = new Runner(new OptionsBuilder()
                        .include("\\." + trial.benchmark().replace(".", "\\.") + "$")
                        .threads(trial.threads())
                        .forks(1)
                        .warmupIterations(effort.warmups())
                        .warmupTime(time)
                        .measurementIterations(effort.iterations())
                        .measurementTime(time)
                        .addProfiler(CpuProfiler.class)
                        .jvmArgs(
                                "-Xms512m",
                                "-Xmx512m",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-Dlogback.configurationFile=dev/tiercache/bench/jmh/logback.xml",
                                "-D" + REDIS + "=" + redisUrl)
                        .verbosity(VerboseMode.SILENT)
                        .shouldFailOnError(true)
                        .build())
                .runSingle();
        return new Sample(
                result.getPrimaryResult().getScore(),
                Objects.requireNonNull(result.getSecondaryResults().get(CpuProfiler.LABEL))
                        .getScore());
    }
}
