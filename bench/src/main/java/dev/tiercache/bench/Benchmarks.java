package dev.tiercache.bench;

import dev.tiercache.bench.process.Build;
import dev.tiercache.bench.process.Workspace;
import dev.tiercache.bench.report.Machine;
import dev.tiercache.bench.report.Markdown;
import dev.tiercache.bench.report.Report;
import dev.tiercache.bench.report.Section;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Runs benchmarks by name, prints what they found, and writes it into docs/; a quick try goes to bench/target instead. */
public final class Benchmarks {

    private static final List<Benchmark> ALL = List.of(
            new HitOverHttp(),
            new ColdHerd(),
            Library.hitInL1(),
            Library.readThroughL2(),
            new Outage(),
            new Staleness(),
            new Footprint(),
            Library.reportMaths());

    private Benchmarks() {}

    /** {@code [--quick] [b1 … b8]}, without names: all of them. The system property {@code tiercache.root} is the project's folder. */
    public static void main(String[] args) {
        List<String> names = new ArrayList<>(List.of(args));
        boolean quick = names.remove("--quick") | "1".equals(System.getenv("BENCH_QUICK"));
        List<Benchmark> wanted = ALL.stream()
                .filter(b -> names.isEmpty() || names.contains(b.name()))
                .toList();
        names.removeAll(ALL.stream().map(Benchmark::name).toList());
        if (!names.isEmpty()) {
            System.err.println("no benchmark is called " + names + "; choose from "
                    + ALL.stream().map(Benchmark::name).toList());
            System.exit(2);
        }
        // What breaks connections makes libraries talk; and writing that down takes time that would be measured.
        System.setProperty("logback.configurationFile", "bench-logback.xml");
        Path root = Path.of(System.getProperty("tiercache.root", ".")).toAbsolutePath();
        Path folder = root.resolve(quick ? "bench/target/performance" : "docs");
        Report report = new Report(folder);
        for (Benchmark benchmark : wanted) {
            // Nothing of one benchmark is left when the next one is measured.
            try (Workspace workspace = new Workspace()) {
                run(benchmark, new Benchmark.Setting(new Build(root, quick), workspace, quick), report);
            }
        }
        System.out.println("written to " + folder.resolve("performance.md"));
    }

    private static void run(Benchmark benchmark, Benchmark.Setting setting, Report report) {
        Machine machine = Machine.here();
        System.out.printf("%s: %s (load %s)%n", benchmark.name(), benchmark.title(), machine.load());
        long start = System.nanoTime();
        Benchmark.Outcome outcome = benchmark.run(setting);
        System.out.println(Markdown.table(outcome.results()));
        System.out.printf("%s took %d s%n%n", benchmark.name(), (System.nanoTime() - start) / 1_000_000_000);
        List<Section.Drawing> drawings = outcome.charts().stream()
                .map(chart -> new Section.Drawing(chart.file(), chart.title()))
                .toList();
        report.put(
                benchmark.name(),
                new Section(
                        benchmark.title(),
                        LocalDate.now(ZoneOffset.UTC).toString(),
                        machine,
                        benchmark.method(),
                        outcome.results(),
                        drawings),
                outcome.charts());
    }
}
