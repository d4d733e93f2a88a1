package dev.tiercache.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    private static final Machine MACHINE = new Machine("a CPU", 2, "Linux 6", "25", "0.10");

    @TempDir
    Path folder;

    @Test
    void aMissedGoalIsShownWithItsFigure() {
        String table = Markdown.table(
                List.of(Result.of("b1", "hits", "requests/s", 700).atLeast(0.85, "nginx", 1_000, 0.7)));

        assertThat(table).contains("| hits | requests/s | 700 | nginx | 1,000 | 0.70 | ≥ 0.85 | **no** |");
    }

    @Test
    void aSecondRunOfOneBenchmarkLeavesTheOthersAsTheyWere() throws IOException {
        new Report(folder).put("b1", section("hits", 1), List.of());
        new Report(folder).put("b2", section("herds", 2), List.of(new Chart("performance-b2.svg", "herds", "<svg/>")));
        new Report(folder).put("b1", section("hits", 3), List.of());

        assertThat(folder.resolve("performance-b2.svg")).hasContent("<svg/>");
        assertThat(Files.readString(folder.resolve("performance.md")))
                .contains("| hits | ms | 3 |", "| herds | ms | 2 |")
                .doesNotContain("| hits | ms | 1 |");
    }

    @Test
    void resultsOfAnotherProcessNeedNoNote() throws IOException {
        Path file = Files.writeString(folder.resolve("results.json"), """
                [{"name":"b3","what":"hit","unit":"ns","ours":80,
                  "peers":[{"peer":"Caffeine","value":40,"ratio":2.0,"goal":"≤ 3","met":true}]}]
                """);

        assertThat(Report.read(file))
                .containsExactly(Result.of("b3", "hit", "ns", 80).atMost(3, "Caffeine", 40, 2));
    }

    private static Section section(String what, double ours) {
        return new Section(
                "a title", "2026-01-01", MACHINE, "A method.", List.of(Result.of("b", what, "ms", ours)), List.of());
    }
}
