package dev.tiercache.service.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A user who asks for more new reports than the limit allows. */
class LimitedUserTest {

    @TempDir
    Path folder = Path.of("");

    @Test
    void newReportsAreRefusedWith429AndCachedOnesAnswered() throws Exception {
        Path config = Files.writeString(folder.resolve("config"), "USER_COMPUTATIONS_PER_MINUTE=2\n");
        try (RunningService service = RunningService.start(Map.of("CONFIG_FILE", config.toString()))) {
            assertThat(report(service, "ann", "AAPL").status()).isEqualTo(200);
            assertThat(report(service, "ann", "MSFT").status()).isEqualTo(200);

            ApiAnswer refused = report(service, "ann", "NVDA");

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.json().path("type").asString()).isEqualTo("urn:tiercache:problem:too-many-computations");
            assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 60);
            assertThat(report(service, "ann", "AAPL").body()).contains("\"cached\":true");
            assertThat(report(service, "ann", "AAPL&fresh=true").body()).contains("\"refreshing\":true");
            assertThat(report(service, "bob", "NVDA").status())
                    .as("another user")
                    .isEqualTo(200);
            Files.writeString(config, "USER_COMPUTATIONS_PER_MINUTE=0\n");
            await().until(() -> report(service, "ann", "NVDA").status() == 200);
        }
    }

    @Test
    void aHerdOnOneReportTakesOneComputation() throws Exception {
        try (RunningService service = RunningService.start(Map.of("USER_COMPUTATIONS_PER_MINUTE", "1"));
                ExecutorService herd = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Integer>> requests = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                requests.add(() -> report(service, "ann", "AAPL").status());
            }

            for (Future<Integer> status : herd.invokeAll(requests)) {
                assertThat(status.get()).isEqualTo(200);
            }
            assertThat(report(service, "ann", "MSFT").status()).isEqualTo(429);
        }
    }

    private static ApiAnswer report(RunningService service, String user, String symbols) {
        return service.get("/api/investor-report?user_id=" + user + "&symbols=" + symbols);
    }
}
