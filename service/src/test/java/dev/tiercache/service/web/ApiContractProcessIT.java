package dev.tiercache.service.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.service.redis.RedisServer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What needs Redis of the document of the API: the answers that come from there. */
class ApiContractProcessIT {

    private static final String PATH = "/api/investor-report";
    private static final String QUERY = "?user_id=doc&symbols=AAPL";

    @Test
    void aReportFromRedisAndTheHealthWithItAreAsDocumented() {
        try (RedisServer redis = RedisServer.running();
                RunningService one = RunningService.start(Map.of("REDIS_URL", redis.url()));
                RunningService two = RunningService.start(Map.of("REDIS_URL", redis.url()))) {
            ApiContract contract = ApiContract.of(two);
            for (RunningService service : new RunningService[] {one, two}) {
                await().until(() -> service.get("/api/health").body().contains("\"state\":\"UP\""));
            }
            one.get(PATH + QUERY);
            await().until(() -> redis.cli("EXISTS", "ir_v1:doc:AAPL").equals("1"));

            ApiAnswer fromL2 = two.get(PATH + QUERY);

            assertThat(fromL2.json().path("metadata").path("cache_layer").asString())
                    .isEqualTo("L2");
            contract.check("GET", PATH, fromL2);
            contract.check("GET", "/api/health", two.get("/api/health"));
        }
    }
}
