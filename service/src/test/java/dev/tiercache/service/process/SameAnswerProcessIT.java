package dev.tiercache.service.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The same data are the same report, byte by byte and with the same ETag, whoever computes it and however it is asked. */
class SameAnswerProcessIT {

    @Test
    void twoProcessesComputeTheSameBytesForSymbolsInAnyOrder() throws Exception {
        Map<String, String> here = Map.of("REDIS_URL", "redis://127.0.0.1:1");
        Map<String, String> elsewhere = Map.of(
                "REDIS_URL",
                "redis://127.0.0.1:1",
                "JAVA_TOOL_OPTIONS",
                "-Duser.timezone=Pacific/Kiritimati -Duser.language=tr -Duser.country=TR -Dfile.encoding=ISO-8859-1");
        try (ServiceProcess one = ServiceProcess.start(here);
                ServiceProcess other = ServiceProcess.start(elsewhere)) {
            int[] round = {0};
            // The data change once a day, and the test may run at that moment: then it asks again.
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                round[0]++;
                List<HttpResponse<String>> answers = Stream.of(one, other)
                        .flatMap(service -> Stream.of("MSFT,AAPL,NVDA", "nvda,aapl,msft", "AAPL,NVDA,MSFT,aapl")
                                .map(symbols -> service.get(
                                        "/api/investor-report?user_id=same" + round[0] + "&symbols=" + symbols)))
                        .toList();

                assertThat(answers).allMatch(answer -> answer.statusCode() == 200);
                assertThat(answers.stream()
                                .map(SameAnswerProcessIT::withoutMetadata)
                                .distinct())
                        .hasSize(1);
                assertThat(answers.stream()
                                .map(answer ->
                                        answer.headers().firstValue("ETag").orElse(""))
                                .distinct())
                        .hasSize(1)
                        .doesNotContain("");
                // One key a process: only the first question of each computes.
                assertThat(answers.stream()
                                .filter(answer -> answer.body().contains("\"cached\":false"))
                                .count())
                        .isEqualTo(2);
            });
        }
    }

    private static String withoutMetadata(HttpResponse<String> answer) {
        int metadata = answer.body().indexOf(",\"metadata\":");
        assertThat(metadata).isPositive();
        return answer.body().substring(0, metadata);
    }
}
