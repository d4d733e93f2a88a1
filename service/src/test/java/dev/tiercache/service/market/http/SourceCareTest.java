package dev.tiercache.service.market.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tiercache.service.market.MarketData.Holding;
import dev.tiercache.service.market.MarketDataException;
import dev.tiercache.service.market.csv.CsvFolder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one question, one answer or one user of the source may not do to the others. */
class SourceCareTest {

    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration BRIEF = Duration.ofMillis(1);

    @TempDir
    private Path directory;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private CsvFolder folder;
    private MarketServer server;

    @BeforeEach
    void start() throws IOException {
        folder = new CsvFolder(directory)
                .file("prices/AAPL.csv", "date,close\n2025-11-20,1\n2025-11-21,2\n")
                .file("prices/SPY.csv", "date,close\n2025-11-20,3\n2025-11-21,4\n");
        server = new MarketServer(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void a_pause_that_was_asked_for_is_not_cut_short_by_a_later_answer() throws Exception {
        try (HttpMarketData data = source(Duration.ofSeconds(5), 8, BRIEF)) {
            server.answer(exchange -> {
                boolean first = exchange.getRequestURI().getPath().endsWith("AAPL");
                if (!first) {
                    await().until(() -> registry.get("ir.market.requests")
                                    .tags("kind", "prices", "outcome", "limited")
                                    .timer()
                                    .count()
                            == 1);
                }
                MarketServer.status(429, "Retry-After", first ? "500" : "1").answer(exchange);
            });
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<?> late = threads.submit(() -> data.prices("SPY"));
                await().until(() -> !server.asked().isEmpty());
                assertThatThrownBy(() -> data.prices("AAPL")).isInstanceOf(MarketDataException.class);
                assertThatThrownBy(late::get).hasCauseInstanceOf(MarketDataException.class);
            }
            server.answer(server.files());

            assertThatThrownBy(() -> data.prices("AAPL"))
                    .hasMessageContaining("asked for a pause")
                    .isInstanceOfSatisfying(
                            MarketDataException.class,
                            e -> assertThat(e.retryAfter()).isGreaterThan(Duration.ofSeconds(400)));
        }
    }

    @Test
    void a_series_that_is_missing_for_a_moment_is_not_forgotten() throws Exception {
        try (HttpMarketData data = source(Duration.ofSeconds(5), 8, BRIEF)) {
            assertThat(data.prices("AAPL")).isPresent();
            server.answer(MarketServer.status(404));
            await().until(() -> data.prices("AAPL").isEmpty());

            server.answer(MarketServer.status(400));

            await().ignoreException(MarketDataException.class)
                    .until(() -> data.prices("AAPL").isPresent());
        }
    }

    @Test
    void that_there_was_none_once_is_no_answer_while_the_source_is_down() throws Exception {
        try (HttpMarketData data = source(Duration.ofSeconds(5), 8, BRIEF)) {
            assertThat(data.prices("NEWCO")).isEmpty();
            server.answer(MarketServer.status(400));

            await().untilAsserted(() ->
                    assertThatThrownBy(() -> data.prices("NEWCO")).isInstanceOf(MarketDataException.class));
        }
    }

    @Test
    void waiting_for_a_turn_is_not_held_against_the_source() throws Exception {
        try (HttpMarketData data = source(Duration.ofSeconds(2), 1, DAY)) {
            server.answer(server.after(Duration.ofMillis(1_250)));
            List<Future<?>> questions = new ArrayList<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 40; i++) {
                    String symbol = "S" + i;
                    questions.add(threads.submit(() -> data.prices(symbol)));
                }
            }
            assertThat(questions).anyMatch(question -> question.state() == Future.State.FAILED);

            server.answer(server.files());
            assertThat(data.prices("AAPL")).isPresent();
            assertThat(registry.get("ir.market.breaker")
                            .tag("state", "closed")
                            .gauge()
                            .value())
                    .isOne();
        }
    }

    @Test
    void a_report_is_weighted_by_the_portfolio_of_now() throws Exception {
        folder.file("portfolios/alice.csv", "symbol,quantity\nAAPL,1\n");
        try (HttpMarketData data = source(Duration.ofSeconds(5), 8, BRIEF)) {
            assertThat(data.portfolio("alice")).containsExactly(new Holding("AAPL", 1));
            folder.file("portfolios/alice.csv", "symbol,quantity\nAAPL,22\n");
            long millis = System.currentTimeMillis();
            await().until(() -> System.currentTimeMillis() > millis + BRIEF.toMillis());

            assertThat(data.telling((kind, name, from) -> {}).portfolio("alice"))
                    .containsExactly(new Holding("AAPL", 22));
        }
    }

    private HttpMarketData source(Duration answer, int concurrency, Duration fresh) {
        return new HttpMarketData(
                URI.create(server.url() + "/"),
                () -> "key",
                new HttpSourceLimits(
                        Duration.ofSeconds(2), answer, 1, BRIEF, concurrency, 100_000, DAY, fresh, DAY, DAY),
                registry);
    }
}
