package dev.tiercache.service.market.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.tiercache.service.market.MarketData;
import dev.tiercache.service.market.MarketData.Holding;
import dev.tiercache.service.market.MarketDataContract;
import dev.tiercache.service.market.MarketDataException;
import dev.tiercache.service.market.csv.CsvFolder;
import dev.tiercache.service.market.csv.CsvMarketData;
import dev.tiercache.service.market.demo.DemoMarketData;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract over HTTP, and what a source that misbehaves comes to. */
class HttpMarketDataTest extends MarketDataContract {

    private static final DemoMarketData DEMO =
            new DemoMarketData(Clock.fixed(Instant.parse("2025-11-24T15:00:00Z"), ZoneOffset.UTC));
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration NONE = Duration.ZERO;

    @TempDir
    private Path directory;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private CsvFolder folder;
    private MarketServer server;
    private HttpMarketData data;
    private volatile String key = "s3cret-key";

    @BeforeEach
    void start() throws IOException {
        folder = new CsvFolder(directory).demo(DEMO, List.of("AAPL", "MSFT", "SPY", "BRK.B", "^GSPC"));
        server = new MarketServer(directory);
        data = source(Duration.ofSeconds(10), DAY, DAY, DAY);
    }

    @AfterEach
    void stop() {
        data.close();
        server.close();
    }

    @Override
    protected MarketData source() {
        return data;
    }

    /** Another one with these limits. */
    private HttpMarketData source(Duration answer, Duration fresh, Duration soon, Duration stale) {
        if (data != null) {
            data.close();
        }
        return new HttpMarketData(
                URI.create(server.url() + "/"),
                () -> key,
                new HttpSourceLimits(
                        Duration.ofSeconds(2),
                        answer,
                        3,
                        Duration.ofMillis(1),
                        8,
                        100_000,
                        Duration.ofSeconds(2),
                        fresh,
                        soon,
                        stale),
                registry);
    }

    @Test
    void it_gives_what_the_same_files_give() throws Exception {
        folder.file("portfolios/alice@example.com.csv", "symbol,quantity\nAAPL,10\nBRK.B,0.5\n");
        CsvMarketData files = new CsvMarketData(directory);
        assertThat(data.options("AAPL")).isEqualTo(files.options("AAPL"));
        assertThat(data.breadth()).isEqualTo(files.breadth());
        assertThat(data.portfolio("alice@example.com"))
                .isEqualTo(files.portfolio("alice@example.com"))
                .containsExactly(new Holding("AAPL", 10), new Holding("BRK.B", 0.5));
        assertThat(data.prices("^GSPC").orElseThrow().newestClose())
                .isEqualTo(files.prices("^GSPC").orElseThrow().newestClose());
        assertThat(server.asked()).contains("/prices/%5EGSPC", "/breadth", "/portfolios/alice%40example.com");
    }

    @Test
    void the_key_is_sent_as_it_is_at_that_moment() throws Exception {
        data.prices("AAPL");
        key = "another";
        data.prices("MSFT");
        key = "";
        data.prices("SPY");
        assertThat(server.keys()).containsExactly("Bearer s3cret-key", "Bearer another", "null");
    }

    @Test
    void concurrent_demands_for_one_series_share_one_fetch_and_later_ones_have_it() throws Exception {
        server.answer(server.after(Duration.ofMillis(100)));
        ask(64, () -> data.prices("AAPL"));
        data.prices("AAPL");
        data.prices("ZZZTOP");
        data.prices("ZZZTOP");
        assertThat(server.asked()).containsExactly("/prices/AAPL", "/prices/ZZZTOP");
        assertThat(reads("prices", "fetched")).isEqualTo(2);
        assertThat(reads("prices", "shared") + reads("prices", "fresh")).isEqualTo(65);
    }

    @Test
    void an_answer_is_asked_for_again_when_it_is_no_longer_fresh() throws Exception {
        data = source(Duration.ofSeconds(10), Duration.ofMillis(50), NONE, DAY);
        double before = data.prices("AAPL").orElseThrow().newestClose();
        folder.file("prices/AAPL.csv", "date,close\n2025-11-21,1\n");
        await().until(() -> data.prices("AAPL").orElseThrow().newestClose() == 1);
        assertThat(before).isNotEqualTo(1);
    }

    @Test
    void no_more_questions_are_under_way_than_allowed() throws Exception {
        server.answer(server.after(Duration.ofMillis(20)));
        List<Callable<Object>> questions = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String symbol = "S" + i;
            questions.add(() -> data.prices(symbol));
        }
        ask(questions);
        assertThat(server.asked()).hasSize(40);
        assertThat(server.most()).isBetween(2, 8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            date,close;2025-11-20,ten   | /prices/AAPL line 2: close must be a number above 0, and is 'ten'
            <html>down</html>           | /prices/AAPL line 1: the header must name the column date, and is '<html>down</html>'
            date,close                  | /prices/AAPL has no rows
            """)
    void a_body_that_is_not_data_is_named_and_not_asked_for_again(String body, String expected) {
        server.answer(MarketServer.text(body.replace(';', '\n')));
        assertThat(failure(() -> data.prices("AAPL"))).hasMessage(expected);
        assertThat(server.asked()).hasSize(1);
        assertThat(requests("unusable")).isEqualTo(1);
    }

    @Test
    void what_a_log_could_not_bear_is_cut_from_the_name_of_an_error() {
        server.answer(MarketServer.text("x\u0007\"y".repeat(10_000)));
        assertThat(String.valueOf(failure(() -> data.prices("AAPL")).getMessage()))
                .hasSizeLessThan(400)
                .doesNotContain("\u0007", "\"");
    }

    @Test
    void a_body_that_is_cut_off_is_no_data() {
        server.answer(MarketServer.cutOff());
        assertThat(failure(() -> data.prices("AAPL"))).hasMessageContaining("could not be read whole");
        assertThat(requests("unusable")).isEqualTo(1);
    }

    @Test
    void a_body_without_an_end_is_given_up_at_the_limit() {
        server.answer(server.endless());
        assertThat(failure(() -> data.prices("AAPL"))).hasMessageContaining("the answer has more than 100000 bytes");
        await().until(() -> server.asked().size() == 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_source_that_is_too_slow_is_given_up_whether_with_its_head_or_its_body(boolean head) {
        data = source(Duration.ofSeconds(2), DAY, DAY, DAY);
        server.answer(head ? server.silent() : server.dribbling());
        long start = System.nanoTime();
        assertThat(failure(() -> data.prices("AAPL"))).hasMessageContaining("no whole answer within 2000 ms");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        assertThat(requests("timeout")).isEqualTo(1);
        assertThat(server.asked()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "401, does not accept MARKET_DATA_API_KEY, refused",
        "403, does not accept MARKET_DATA_API_KEY, refused",
        "302, redirects are not followed, error",
        "400, the source answered 400, error",
        "204, the source answered 204, error"
    })
    void a_status_that_will_not_pass_is_not_asked_for_again(int status, String expected, String outcome) {
        server.answer(MarketServer.status(status, "Location", server.url() + "/elsewhere"));
        assertThat(failure(() -> data.prices("AAPL")))
                .hasMessageContaining(expected)
                .hasMessageNotContaining(key);
        assertThat(server.asked()).containsExactly("/prices/AAPL");
        assertThat(requests(outcome)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 429})
    void a_status_that_may_pass_is_asked_for_again(int status) throws Exception {
        server.answer(exchange ->
                (server.asked().size() < 3 ? MarketServer.status(status) : server.files()).answer(exchange));
        assertThat(data.prices("AAPL")).isPresent();
        assertThat(server.asked()).hasSize(3);
        assertThat(requests("ok")).isEqualTo(1);
        assertThat(requests(status == 429 ? "limited" : "error")).isEqualTo(2);
    }

    @Test
    void three_attempts_are_all() {
        server.answer(MarketServer.status(500));
        assertThat(failure(() -> data.prices("AAPL"))).hasMessage("/prices/AAPL: the source answered 500");
        assertThat(server.asked()).hasSize(3);
    }

    @Test
    void a_short_pause_that_the_source_asks_for_is_kept() throws Exception {
        long start = System.nanoTime();
        server.answer(
                exchange -> (server.asked().size() < 2 ? MarketServer.status(429, "Retry-After", "1") : server.files())
                        .answer(exchange));
        assertThat(data.prices("AAPL")).isPresent();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void a_long_pause_fails_at_once_for_all_and_tells_when_to_come_again() {
        server.answer(MarketServer.status(429, "Retry-After", "30"));
        assertThat(failure(() -> data.prices("AAPL")).retryAfter()).isEqualTo(Duration.ofSeconds(30));
        assertThat(failure(() -> data.options("MSFT")).retryAfter())
                .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(30));
        assertThat(server.asked()).hasSize(1);
    }

    @Test
    void a_source_that_is_not_there_is_named_without_the_key() {
        server.close();
        assertThat(failure(() -> data.prices("AAPL")))
                .hasMessageContaining("/prices/AAPL: no connection")
                .hasMessageNotContaining(key);
        assertThat(requests("unreachable")).isEqualTo(3);
    }

    @Test
    void after_many_failures_the_source_is_left_alone_until_it_is_well() {
        server.answer(MarketServer.status(500));
        for (int i = 0; i < 10; i++) {
            failure(() -> data.prices("AAPL"));
        }
        assertThat(server.asked()).as("three attempts each").hasSize(30);
        assertThat(state("open")).isEqualTo(1);
        assertThat(failure(() -> data.options("AAPL")))
                .hasMessage("/options/AAPL: not asked, after many failures")
                .satisfies(e -> assertThat(e.retryAfter()).isPositive());

        server.answer(server.files());

        await().until(() -> answers("AAPL", "MSFT", "SPY", "BRK.B") && state("closed") == 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404})
    void a_user_who_asks_for_what_the_source_refuses_does_not_close_it_to_others(int status) throws Exception {
        server.answer("/prices/S", MarketServer.status(status));
        for (int i = 0; i < 20; i++) {
            String symbol = "S" + i;
            assertThat(catchThrowable(() -> data.prices(symbol))).matches(e -> status == 404 == (e == null));
        }
        assertThat(state("closed")).isEqualTo(1);
        assertThat(data.prices("AAPL")).isPresent();
    }

    private boolean answers(String... symbols) {
        for (String symbol : symbols) {
            try {
                data.prices(symbol);
            } catch (MarketDataException e) {
                return false;
            }
        }
        return true;
    }

    @Test
    void the_last_good_copy_stands_in_and_is_told_until_it_is_too_old() throws Exception {
        data = source(Duration.ofSeconds(5), Duration.ofMillis(1), NONE, Duration.ofSeconds(5));
        Instant before = Instant.now();
        double close = data.prices("AAPL").orElseThrow().newestClose();
        data.breadth();
        server.answer(MarketServer.status(401));
        List<String> copies = new ArrayList<>();
        MarketData told = data.telling((kind, name, from) -> {
            copies.add(kind + " " + name);
            assertThat(from).isBetween(before, Instant.now());
        });

        await().until(() -> {
            assertThat(told.prices("AAPL").orElseThrow().newestClose()).isEqualTo(close);
            return !copies.isEmpty();
        });
        told.breadth();

        assertThat(copies).containsExactly("PRICES AAPL", "BREADTH ");
        assertThat(failure(() -> told.prices("MSFT"))).hasMessageContaining("401");
        assertThat(reads("prices", "stale")).isPositive();
        await().until(() -> !answers("AAPL"));
    }

    @Test
    void a_portfolio_that_was_read_before_is_given_at_once_and_read_again_behind_the_answer() throws Exception {
        data = source(Duration.ofSeconds(10), Duration.ofMillis(1), DAY, DAY);
        folder.file("portfolios/ann.csv", "symbol,quantity\nAAPL,1\n");
        assertThat(data.portfolio("ann")).containsExactly(new Holding("AAPL", 1));
        folder.file("portfolios/ann.csv", "symbol,quantity\nAAPL,2\n");
        CountDownLatch given = new CountDownLatch(1);
        server.answer(server.once(given));
        await().until(() -> {
            assertThat(data.portfolio("ann")).containsExactly(new Holding("AAPL", 1));
            return reads("portfolio", "soon") > 0;
        });
        given.countDown();
        await().until(() -> data.portfolio("ann").equals(List.of(new Holding("AAPL", 2))));
    }

    @Test
    void a_key_that_cannot_be_had_is_an_error_and_nothing_is_sent() {
        data.close();
        data = new HttpMarketData(
                server.url(),
                () -> {
                    throw new MarketDataException("MARKET_DATA_API_KEY_FILE cannot be read");
                },
                HttpSourceLimits.of(4, DAY),
                new SimpleMeterRegistry());
        assertThat(failure(() -> data.prices("AAPL"))).hasMessage("MARKET_DATA_API_KEY_FILE cannot be read");
        assertThat(server.asked()).isEmpty();
    }

    private static MarketDataException failure(ThrowingCallable call) {
        return catchThrowableOfType(MarketDataException.class, call);
    }

    private double requests(String outcome) {
        return registry.get("ir.market.requests")
                .tag("outcome", outcome)
                .tag("kind", "prices")
                .timer()
                .count();
    }

    private double reads(String kind, String result) {
        return registry.get("ir.market.reads")
                .tag("kind", kind)
                .tag("result", result)
                .counter()
                .count();
    }

    private double state(String state) {
        return registry.get("ir.market.breaker").tag("state", state).gauge().value();
    }

    private static void ask(int times, Callable<Object> question) throws Exception {
        List<Callable<Object>> questions = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            questions.add(question);
        }
        ask(questions);
    }

    private static void ask(List<Callable<Object>> questions) throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Object> answer : threads.invokeAll(questions)) {
                answer.get();
            }
        }
    }
}
