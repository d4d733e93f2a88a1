package dev.tiercache.e2e.process;

import dev.tiercache.e2e.ledger.LedgerSummary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the figures of failures, prints a line for each run, and writes them as a table into docs/availability.md. */
public final class AvailabilityPage {
    private static final Path PAGE = Path.of(System.getProperty("basedir", "e2e"), "../docs/availability.md");

    private final String lane;
    private final Map<String, List<Run>> runs = new LinkedHashMap<>();
    private final Map<String, String> bounds = new LinkedHashMap<>();

    private record Run(long lost, long failed, long acknowledged, long gapMillis) {}

    /** @param lane names the table between the marks {@code <!-- LANE begin -->} and {@code <!-- LANE end -->} */
    public AvailabilityPage(String lane) {
        this.lane = lane;
    }

    /** Takes the figures of one run. */
    public synchronized void add(String failure, String mustHold, LedgerSummary summary) {
        var run = new Run(
                LedgerRun.audit(summary).lost(),
                summary.failed(),
                summary.acknowledged(),
                summary.longestGap().millis());
        bounds.put(failure, mustHold);
        runs.computeIfAbsent(failure, _ -> new ArrayList<>()).add(run);
        System.err.printf(
                "availability lane=%s failure=\"%s\" acknowledged=%d lost=%d failed=%d longest_gap_ms=%d%n",
                lane, failure, run.acknowledged(), run.lost(), run.failed(), run.gapMillis());
    }

    /** Writes the table, if that is asked for. */
    public synchronized void write() {
        if (!Boolean.getBoolean("tiercache.write") || runs.isEmpty()) {
            return;
        }
        try {
            String page = Files.readString(PAGE);
            String begin = "<!-- " + lane + " begin -->";
            String end = "<!-- " + lane + " end -->";
            int from = page.indexOf(begin);
            int to = page.indexOf(end);
            if (from < 0 || to < from) {
                throw new IllegalStateException(
                        PAGE + " has no place for a table: add the lines " + begin + " and " + end);
            }
            Files.writeString(PAGE, page.substring(0, from + begin.length()) + "\n" + table() + page.substring(to));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String table() {
        StringBuilder table = new StringBuilder(
                "%s, %d cores, %s %s. Gap: the longest time without an acknowledged write, in milliseconds.%n%n"
                        .formatted(
                                LocalDate.now(ZoneOffset.UTC),
                                Runtime.getRuntime().availableProcessors(),
                                System.getProperty("os.name"),
                                System.getProperty("os.arch")));
        table.append(
                "| failure | runs | acknowledged | lost, all runs | lost, worst run | failed | gap, median | gap, p95 | gap, worst | must hold |\n");
        table.append("|---|---|---|---|---|---|---|---|---|---|\n");
        runs.forEach((failure, all) -> {
            List<Long> gaps = all.stream().map(Run::gapMillis).sorted().toList();
            table.append("| %s | %d | %d | %d | %d | %d | %d | %d | %d | %s |%n"
                    .formatted(
                            failure,
                            all.size(),
                            all.stream().mapToLong(Run::acknowledged).sum(),
                            all.stream().mapToLong(Run::lost).sum(),
                            all.stream().mapToLong(Run::lost).max().orElse(0),
                            all.stream().mapToLong(Run::failed).sum(),
                            gaps.get(gaps.size() / 2),
                            gaps.get(Math.min(gaps.size() - 1, (int) Math.ceil(gaps.size() * 0.95) - 1)),
                            gaps.getLast(),
                            bounds.getOrDefault(failure, "")));
        });
        return table.toString();
    }
}
