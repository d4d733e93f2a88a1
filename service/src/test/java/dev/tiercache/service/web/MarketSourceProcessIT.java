package dev.tiercache.service.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.service.market.csv.CsvFolder;
import dev.tiercache.service.market.demo.DemoMarketData;
import dev.tiercache.service.market.http.MarketServer;
import dev.tiercache.service.redis.RedisServer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A slow source of market data, and reports that another process has put into Redis. */
class MarketSourceProcessIT {

    private static final String REPORT = "/api/investor-report?user_id=ann&symbols=";
    private static final List<String> SYMBOLS = List.of("AAPL", "IBM", "MSFT", "NVDA", "ORCL");

    @TempDir
    private Path directory;

    @Test
    void reportsInRedisAreNotHeldUpByASourceThatIsSlow() throws Exception {
        new CsvFolder(directory).demo(new DemoMarketData(Clock.systemUTC()), SYMBOLS);
        try (MarketServer server = new MarketServer(directory);
                RedisServer redis = RedisServer.running()) {
            Map<String, String> variables = Map.of(
                    "REDIS_URL", redis.url(),
                    "MARKET_DATA_SOURCE", "http",
                    "MARKET_DATA_URL", server.url().toString());
            try (RunningService one = RunningService.start(variables);
                    RunningService two = RunningService.start(variables);
                    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                awaitRedis(one);
                awaitRedis(two);
                for (String symbol : SYMBOLS) {
                    assertThat(one.get(REPORT + symbol).status()).isEqualTo(200);
                    await().until(() ->
                            redis.cli("EXISTS", "ir_v1:ann:" + symbol).equals("1"));
                }
                server.answer(server.silent());
                int asked = server.asked().size();
                Future<ApiAnswer> cold = threads.submit(() -> two.get(REPORT + "ZM"));
                await().until(() -> server.asked().size() > asked);

                List<Duration> times = new ArrayList<>();
                for (String symbol : SYMBOLS) {
                    long start = System.nanoTime();
                    ApiAnswer answer = two.get(REPORT + symbol);
                    times.add(Duration.ofNanos(System.nanoTime() - start));
                    assertThat(answer.body()).contains("\"cache_layer\":\"L2\"");
                }

                assertThat(cold.isDone()).isFalse();
                assertThat(times.stream().min(Duration::compareTo).orElseThrow())
                        .isLessThan(Duration.ofMillis(100));
                assertThat(cold.get().status()).isEqualTo(503);
            }
        }
    }

    private static void awaitRedis(RunningService service) {
        await().until(() -> service.get("/api/health").body().contains("\"state\":\"UP\""));
    }
}
