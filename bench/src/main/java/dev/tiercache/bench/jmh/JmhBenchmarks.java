package dev.tiercache.bench.jmh;

import dev.tiercache.bench.jmh.Alternation.Effort;
import dev.tiercache.bench.process.RedisProcess;
import dev.tiercache.bench.process.Workspace;
import dev.tiercache.bench.report.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.runner.RunnerException;
import tools.jackson.databind.json.JsonMapper;

/** Runs the benchmarks of the library: each beside its peers, printed and written as ratios. */
public final class JmhBenchmarks {

    private static final String USAGE = "usage: JmhBenchmarks b3|b4|b8 [--json FILE] [--quick]";

    private JmhBenchmarks() {}

    /**
     * Runs one of them: {@code b3}, a hit in L1, {@code b4}, a read of L2, or {@code b8}, the maths of a
     * report. {@code --json FILE} writes the rows
     * there, {@code --quick} only shows that everything runs: its figures mean nothing.
     */
    public static void main(String[] args) throws IOException, RunnerException {
        String which = "";
        Path json = null;
        boolean quick = false;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "b3", "b4", "b8" -> which = args[i];
                case "--quick" -> quick = true;
                case "--json" -> json = Path.of(i + 1 < args.length ? args[++i] : refuse());
                default -> refuse();
            }
        }
        switch (which) {
            case "b3" -> run(L1Read.COMPARISONS, quick ? Effort.QUICK : Effort.COMPUTING, json);
            case "b4" -> run(L2Read.COMPARISONS, quick ? Effort.QUICK : Effort.TALKING, json);
            case "b8" -> runMaths(quick ? Effort.QUICK : Effort.COMPUTING, json);
            default -> refuse();
        }
    }

    private static void runMaths(Effort effort, @Nullable Path json) throws IOException, RunnerException {
        List<Result> results = ReportMaths.results(Alternation.of(ReportMaths.TRIALS, effort, ""));
        results.forEach(result -> System.out.printf(
                Locale.ROOT, "%n%s: %s%n  %.4f %s%n", result.name(), result.what(), result.ours(), result.unit()));
        write(results, json);
    }

    private static void run(List<Comparison> comparisons, Effort effort, @Nullable Path json)
            throws IOException, RunnerException {
        List<Row> rows;
        try (Workspace workspace = new Workspace()) {
            Alternation runs = Alternation.of(
                    comparisons, effort, RedisProcess.inMemory(workspace).url());
            rows = comparisons.stream().map(comparison -> comparison.row(runs)).toList();
        }
        rows.forEach(row -> System.out.println(row.table()));
        write(rows, json);
    }

    private static void write(List<?> rows, @Nullable Path json) throws IOException {
        if (json != null) {
            Files.writeString(json, new JsonMapper().writeValueAsString(rows) + "\n");
        }
    }

    private static String refuse() {
        System.err.println(USAGE);
        System.exit(2);
        throw new IllegalStateException(USAGE);
    }
}
