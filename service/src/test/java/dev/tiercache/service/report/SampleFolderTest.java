package dev.tiercache.service.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.service.market.csv.CsvMarketData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The folder of samples in the docs, and what the docs say comes of it. */
class SampleFolderTest {

    private static final Path DOCS = Path.of("../docs");

    private final MarketReportSource source =
            new MarketReportSource(new CsvMarketData(DOCS.resolve("samples/market")), List.of("ACME", "BOLT"));

    @Test
    void the_report_in_the_docs_is_what_the_samples_give() throws Exception {
        JsonNode report = new ReportSchema(source)
                .validated(source.report(new ReportRequest("alice", source.defaultSymbols("alice"))));

        assertWithin("", documented(), report);
    }

    @Test
    void a_user_without_a_file_gets_the_default_symbols() throws Exception {
        assertThat(source.defaultSymbols("bob")).containsExactly("ACME", "BOLT");
    }

    /** What is documented is there; fields may be left out, and lists cut after their first entries. */
    private static void assertWithin(String path, JsonNode documented, JsonNode report) {
        if (documented.isObject()) {
            documented
                    .properties()
                    .forEach(field ->
                            assertWithin(path + "/" + field.getKey(), field.getValue(), report.path(field.getKey())));
        } else if (documented.isArray()) {
            for (int i = 0; i < documented.size(); i++) {
                assertWithin(path + "/" + i, documented.get(i), report.path(i));
            }
        } else {
            assertThat(report)
                    .as("in docs/report.md, run it with your own files: " + path)
                    .isEqualTo(documented);
        }
    }

    private static JsonNode documented() throws IOException {
        Matcher block = Pattern.compile("(?s)## Run it with your own files.*?```json\n(.*?)```")
                .matcher(Files.readString(DOCS.resolve("report.md")));
        assertThat(block.find()).isTrue();
        return JsonMapper.builder().build().readTree(block.group(1));
    }
}
