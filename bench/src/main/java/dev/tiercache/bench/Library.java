package dev.tiercache.bench;

import dev.tiercache.bench.process.Build;
import dev.tiercache.bench.report.Report;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** B3, B4 and B8: benchmarks of the library and of the maths by JMH, in a process of their own that writes its results as JSON. */
final class Library implements Benchmark {

    private static final String MAIN = "dev.tiercache.bench.jmh.JmhBenchmarks";

    private static final String RATIO = "The ratio says how many times as fast as the peer ours is.";

    private final String name;
    private final String title;
    private final String method;

    private Library(String name, String title, String method) {
        this.name = name;
        this.title = title;
        this.method = method;
    }

    static Library hitInL1() {
        return new Library(
                "b3",
                "a hit in L1, in the library",
                "JMH: one read of the engine, with age, epoch and early-refresh checks and counters, beside one of each"
                        + " library. " + RATIO);
    }

    static Library readThroughL2() {
        return new Library(
                "b4",
                "reads through L2, in the library",
                "JMH: reads of values of 5 KB that only Redis holds, beside the same reads by each library. " + RATIO);
    }

    static Library reportMaths() {
        return new Library(
                "b8",
                "the maths of a report",
                "JMH: the four Phase 4 signals of one asset over 252 days; and a whole report of 50 symbols over 252 days, from"
                        + " series in memory to its bytes, so the risk panel and everything else. No peers: the goals are times.");
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public Outcome run(Setting setting) {
        Path file = setting.workspace().folder(name).resolve("results.json");
        List<String> arguments = new ArrayList<>(List.of(name, "--json", file.toString()));
        if (setting.quick()) {
            arguments.add("--quick");
        }
        List<String> command = Build.java(
                List.of("--enable-native-access=ALL-UNNAMED"),
                setting.build().benchClasspath(),
                MAIN,
                arguments.toArray(String[]::new));
        int status = setting.workspace().runVisibly(name, command);
        if (status != 0) {
            throw new IllegalStateException(MAIN + " " + name + " ended with " + status);
        }
        return new Outcome(Report.read(file), List.of());
    }
}
