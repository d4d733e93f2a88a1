package dev.tiercache.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The page of results: a few words on method, then a table for each benchmark. */
public final class Markdown {

    private static final String INTRODUCTION = """
            # Performance

            This page is written by `dev/bench`; `dev/bench b1 b5` measures anew only what is named. Figures are ratios to a
            peer that was measured in the same run, in turns: absolute ones say more about the machine than about the code.

            - Closed loops are wrk with one thread and 32 kept connections. Every sample of ours stands beside one of each
              peer; a ratio is the median over all rounds. CPU time is user and system time of the server's processes, from
              `/proc`.
            - Open loops start each request at its instant, whether or not earlier ones were answered, and count latency from
              that instant: a stall cannot hide the requests that it held up.
            - Servers, load and Redis share the machine's cores. Everything is on the loopback, with connections kept open.
            - The service runs as in its image, with all headers, metadata and metrics on, and a warm JVM.
            - A goal that was missed says so, and [performance-limits.md](performance-limits.md) what limits it. *ratio* is ours divided by the peer's, if not said otherwise.

            """;

    private Markdown() {}

    /** The whole page. */
    static String page(Map<String, Section> sections) {
        StringBuilder page = new StringBuilder(INTRODUCTION);
        sections.forEach((name, section) -> {
            page.append("## ")
                    .append(name.toUpperCase(Locale.ROOT))
                    .append(": ")
                    .append(section.title());
            page.append("\n\n").append(section.method()).append("\n\n").append(table(section.results()));
            for (Section.Drawing chart : section.charts()) {
                page.append("\n![")
                        .append(chart.title())
                        .append("](")
                        .append(chart.file())
                        .append(")\n");
            }
            Machine machine = section.machine();
            page.append("\nMeasured on ").append(section.date());
            page.append(": ")
                    .append(machine.cpu())
                    .append(", ")
                    .append(machine.cores())
                    .append(" cores, ");
            page.append(machine.kernel()).append(", JDK ").append(machine.jdk());
            page.append(", load ").append(machine.load()).append(" at the start.\n\n");
        });
        return page.toString().stripTrailing() + "\n";
    }

    /** One row for each comparison, and the notes below. */
    public static String table(List<Result> results) {
        StringBuilder table = new StringBuilder(
                "| what | unit | ours | peer | its | ratio | goal | met |\n" + "|---|---|--:|---|--:|--:|--:|---|\n");
        StringBuilder notes = new StringBuilder();
        for (Result result : results) {
            List<Result.Peer> peers =
                    result.peers().isEmpty() ? List.of(new Result.Peer("", null, null, null, null)) : result.peers();
            for (int i = 0; i < peers.size(); i++) {
                Result.Peer peer = peers.get(i);
                table.append(i > 0 ? "| | | " : row(result)).append("| ").append(peer.peer());
                table.append(" | ").append(text(peer.value())).append(" | ").append(text(peer.ratio()));
                table.append(" | ").append(Objects.requireNonNullElse(peer.goal(), ""));
                table.append(" | ").append(met(peer)).append(" |\n");
            }
            if (!result.note().isEmpty()) {
                notes.append("\n- ").append(result.what()).append(": ").append(result.note());
            }
        }
        return table.append(notes.isEmpty() ? "" : notes + "\n").toString();
    }

    private static String row(Result result) {
        return "| " + result.what() + " | " + result.unit() + " | " + Result.text(result.ours()) + " ";
    }

    private static String text(@Nullable Double value) {
        return value == null ? "" : Result.text(value);
    }

    private static String met(Result.Peer peer) {
        Boolean met = peer.met();
        return met == null ? "" : met ? "yes" : "**no**";
    }
}
