package dev.tiercache.service.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.service.market.csv.CsvFolder;
import dev.tiercache.service.market.demo.DemoMarketData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients and metrics see of reports that are older than their TTL. */
class StaleAnswersTest {

    private static final String REPORT = "/api/investor-report?user_id=ann&symbols=AAPL";

    @TempDir
    Path folder = Path.of("");

    @Test
    void aReportBeyondItsTimeIsAnsweredAsStaleWhileItIsComputedAnew() {
        try (RunningService service =
                RunningService.start(Map.of("L2_TTL_SECONDS", "1", "STALE_WHILE_REVALIDATE_SECONDS", "600"))) {
            service.get(REPORT);
            awaitTheEndOfItsTime();

            ApiAnswer stale = service.get(REPORT);

            assertThat(stale.status()).isEqualTo(200);
            assertThat(stale.header("Cache-Status")).matches("ir-l1; hit; ttl=-\\d+; detail=stale");
            assertThat(Integer.parseInt(stale.header("Age"))).isPositive();
            assertThat(stale.body())
                    .contains("\"cache_layer\":\"L1\"", "\"refreshing\":true", "\"stale\":true", "\"ttl_seconds\":0");
            assertThat(answers(service, "stale")).isEqualTo(1);
            assertThat(answers(service, "l1")).isZero();
            await().until(() -> service.get(REPORT).body().contains("\"stale\":false"));
        }
    }

    @Test
    void aReportThatCannotBeComputedAnewIsAnsweredAsStaleIfError() throws Exception {
        CsvFolder data =
                new CsvFolder(folder.resolve("data")).demo(new DemoMarketData(Clock.systemUTC()), List.of("AAPL"));
        try (RunningService service = RunningService.start(Map.of(
                "MARKET_DATA_SOURCE",
                "csv",
                "MARKET_DATA_FOLDER",
                data.path().toString(),
                "L2_TTL_SECONDS",
                "1",
                "STALE_WHILE_REVALIDATE_SECONDS",
                "0"))) {
            service.get(REPORT);
            Files.move(data.path().resolve("prices"), data.path().resolve("gone"));
            awaitTheEndOfItsTime();

            ApiAnswer stale = service.get(REPORT);

            assertThat(stale.status()).isEqualTo(200);
            assertThat(stale.header("Cache-Status")).matches("ir-l1; hit; ttl=-\\d+; detail=stale-if-error");
            assertThat(stale.body()).contains("\"stale\":true", "\"ttl_seconds\":0");
            assertThat(answers(service, "stale")).isEqualTo(1);
            assertThat(service.get("/api/investor-report?user_id=eve&symbols=AAPL")
                            .status())
                    .as("who has no copy")
                    .isEqualTo(503);
            assertThat(answers(service, "error")).isEqualTo(1);
        }
    }

    private static void awaitTheEndOfItsTime() {
        long begin = System.nanoTime();
        await().pollInterval(Duration.ofMillis(50))
                .until(() -> System.nanoTime() - begin > TimeUnit.MILLISECONDS.toNanos(1_100));
    }

    private static int answers(RunningService service, String outcome) {
        return (int) service.metric("ir_requests_seconds_count{outcome=\"" + outcome + "\"}");
    }
}
