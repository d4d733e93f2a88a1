package dev.tiercache.service.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.service.market.csv.CsvFolder;
import dev.tiercache.service.market.demo.DemoMarketData;
import dev.tiercache.service.market.http.HttpSourceLimits;
import dev.tiercache.service.market.http.MarketServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What clients see of a source of market data on the network: its gaps, its slowness, its absence. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MarketSourceTest {

    private static final Duration USUAL =
            HttpSourceLimits.of(128, Duration.ofDays(1)).answer();

    private static final String REPORT = "/api/investor-report?user_id=";
    private static final String KEY = "a-key-that-nobody-sees";
    private static final Duration HIT = Duration.ofMillis(100);
    private static final List<String> FIFTY =
            IntStream.range(10, 60).mapToObj(i -> "S" + i).toList();

    @TempDir
    private static Path directory;

    private CsvFolder folder;
    private MarketServer server;
    private RunningService service;

    @BeforeAll
    void start() throws IOException {
        folder = new CsvFolder(directory)
                .demo(
                        new DemoMarketData(Clock.systemUTC()),
                        Stream.concat(FIFTY.stream(), Stream.of("AAPL", "MSFT", "SPY", "ZNEWCO", "COLD", "UNCLEAR"))
                                .toList());
        server = new MarketServer(directory);
        Path key = Files.writeString(directory.resolve("key"), KEY + "\n");
        service = RunningService.start(Map.of(
                "MARKET_DATA_SOURCE",
                "http",
                "MARKET_DATA_URL",
                server.url().toString(),
                "MARKET_DATA_API_KEY_FILE",
                key.toString(),
                "NEGATIVE_TTL_SECONDS",
                "0"));
    }

    @AfterAll
    void stop() {
        service.close();
        server.close();
    }

    @BeforeEach
    void wellAgain() {
        server.answer(server.files());
    }

    @Test
    void theKeyInTheFileIsSentAndShownNowhere() {
        ApiAnswer answer = service.get(REPORT + "key&symbols=AAPL");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(server.keys()).containsOnly("Bearer " + KEY);
        assertThat(answer.body()).doesNotContain(KEY).contains("Market data server: daily closes of AAPL, SPY");
        assertThat(metrics()).doesNotContain(KEY);
    }

    @Test
    void hitsAreNotHeldUpByASourceThatIsSlow() throws Exception {
        service.get(REPORT + "slow&symbols=AAPL");
        server.answer(server.silent());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            int asked = server.asked().size();
            Future<ApiAnswer> cold = threads.submit(() -> service.get(REPORT + "slow&symbols=COLD"));
            await().until(() -> server.asked().size() > asked);

            Duration fastest = fastest(REPORT + "slow&symbols=AAPL");

            assertThat(cold.isDone()).isFalse();
            assertThat(fastest).isLessThan(HIT);
            assertThat(cold.get().status()).isEqualTo(503);
        }
    }

    @Test
    void aRequestWithoutSymbolsIsAnsweredFromItsPortfolioOfBefore() throws Exception {
        folder.file("portfolios/held.csv", "symbol,quantity\nMSFT,2\nS11,1\n");
        assertThat(universe(service.get(REPORT + "held"))).isEqualTo("[\"MSFT\",\"S11\"]");
        server.answer(server.silent());

        assertThat(fastest(REPORT + "held")).isLessThan(HIT);
        assertThat(service.get(REPORT + "held").body()).contains("\"cache_layer\":\"L1\"");
    }

    @Test
    void aUserWithoutAPortfolioAndOneWithAnEmptyOneGetTheDefaultSymbols() throws Exception {
        folder.file("portfolios/empty.csv", "symbol,quantity\n");

        for (String user : List.of("none", "empty")) {
            ApiAnswer answer = service.get(REPORT + user);
            assertThat(universe(answer)).isEqualTo("[\"AAPL\",\"MSFT\"]");
            assertThat(answer.body()).contains("weights are equal");
        }
    }

    @Test
    void unknownTickersAreAGapAmongOthersAnd404Alone() {
        ApiAnswer some = service.get(REPORT + "gap&symbols=AAPL,NOPE");
        ApiAnswer none = service.get(REPORT + "gap&symbols=NOPE");

        assertThat(universe(some)).isEqualTo("[\"AAPL\"]");
        assertThat(some.json().at("/confidence/drivers").toString()).contains("No data: NOPE.");
        assertThat(some.json().at("/executive_summary/key_risks").toString()).contains("no data: NOPE.");
        assertThat(none.status()).isEqualTo(404);
        assertThat(none.json().path("symbols").toString()).isEqualTo("[\"NOPE\"]");
    }

    @Test
    void aSymbolWithoutHistoryIsWatchedAndLeftOutOfThePanel() {
        JsonNode report = service.get(REPORT + "short&symbols=AAPL,ZNEWCO").json();

        assertThat(report.at("/universe").toString()).isEqualTo("[\"AAPL\",\"ZNEWCO\"]");
        assertThat(report.at("/risk_panel/explanations").toString())
                .contains("Left out: ZNEWCO, 30 closes, 60 are needed.");
        assertThat(report.at("/actions/1/ticker").asString()).isEqualTo("ZNEWCO");
        assertThat(report.at("/actions/1/action").asString()).isEqualTo("watch");
    }

    @Test
    void fiftySymbolsAreOneReport() {
        ApiAnswer answer = service.get(REPORT + "fifty&symbols=" + String.join(",", FIFTY));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("universe").size()).isEqualTo(50);
        assertThat(answer.json().path("actions").size()).isEqualTo(50);
    }

    @Test
    void freshAnswersTheCopyWhileTheSourceIsAsked() {
        service.get(REPORT + "fresh&symbols=S12");
        server.answer(server.silent());

        ApiAnswer answer = service.get(REPORT + "fresh&symbols=S12&fresh=true");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).contains("\"refreshing\":true", "\"cached\":true", "\"fresh\":true");
    }

    @Test
    void oneSymbolWhoseDataCannotBeReadIs503AndOptionsThatCannotAreAGap() throws Exception {
        folder.file("prices/BROKEN.csv", "date,close\n2025-11-20,ten\n");
        ApiAnswer prices = service.get(REPORT + "broken&symbols=AAPL,BROKEN");
        server.answer("/options/UNCLEAR", MarketServer.text("not,options\n"));
        ApiAnswer options = service.get(REPORT + "broken&symbols=AAPL,UNCLEAR");

        assertThat(prices.status()).isEqualTo(503);
        assertThat(prices.body()).contains("source-unavailable").doesNotContain("BROKEN.", "ten");
        assertThat(options.status()).isEqualTo(200);
        assertThat(options.body()).contains("Options of UNCLEAR could not be read.");
    }

    @ParameterizedTest
    @CsvSource({"500, -, 5", "302, -, 5", "429, 42, 42"})
    void aSourceThatGivesNoPricesIs503WithRetryAfter(int status, String retryAfter, int expected) {
        try (MarketServer bad = new MarketServer(directory);
                RunningService other = RunningService.start(
                        Map.of("NEGATIVE_TTL_SECONDS", "0"), () -> bad.source(USUAL, Duration.ofMinutes(1)))) {
            bad.answer(
                    retryAfter.equals("-")
                            ? MarketServer.status(status)
                            : MarketServer.status(status, "Retry-After", retryAfter));
            for (String query : List.of("x&symbols=S14", "x")) {
                ApiAnswer answer = other.get(REPORT + query);
                assertThat(answer.status()).as(query).isEqualTo(503);
                assertThat(answer.json().path("type").asString()).isEqualTo("urn:tiercache:problem:source-unavailable");
                assertThat(Integer.parseInt(answer.header("Retry-After")))
                        .isBetween(Math.max(1, expected - 10), expected);
            }
            assertThat(other.metric("ir_requests_seconds_count{outcome=\"error\"}"))
                    .isEqualTo(2);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aSourceThatWentAwayIsStoodInForByItsLastCopiesAndTheReportSaysSo() throws Exception {
        try (MarketServer going = new MarketServer(directory);
                RunningService other =
                        RunningService.start(Map.of(), () -> going.source(USUAL, Duration.ofMillis(1)))) {
            assertThat(other.get(REPORT + "ann&symbols=S10,S11").body()).doesNotContain("copies");
            going.close();

            ApiAnswer answer = other.get(REPORT + "bob&symbols=S10,S11");

            // The portfolio of bob was never read.
            assertThat(answer.status()).isEqualTo(503);
            answer = other.get(REPORT + "ann&symbols=S11");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.json().at("/confidence/drivers").toString())
                    .contains("Prices of S11, SPY are copies from", "The portfolio is a copy from");
            assertThat(answer.body()).contains("\"stale\":false").contains("\"fallback\":false");
        }
    }

    @Test
    void theDocumentedMetricsOfTheSourceAreExactlyThoseThatAreThere() throws IOException {
        service.get(REPORT + "very.private&symbols=SECRETCO");
        String metrics = metrics();
        Set<String> documented = names("`(ir_market_[a-z0-9_]+)`", Files.readString(Path.of("../docs/api.md")));
        Set<String> published = names("(?m)^# TYPE (ir_market_[a-z0-9_]+?)(?:_max)? ", metrics);

        assertThat(documented).isEqualTo(published).isNotEmpty();
        assertThat(metrics)
                .contains("ir_market_breaker{state=\"closed\"} 1.0")
                .doesNotContain("very.private", "SECRETCO");
    }

    private String metrics() {
        return ApiAnswer.of("GET", service.managementPort(), "/actuator/prometheus")
                .body();
    }

    private static Set<String> names(String pattern, String text) {
        Set<String> names = new TreeSet<>();
        Matcher name = Pattern.compile(pattern).matcher(text);
        while (name.find()) {
            names.add(name.group(1));
        }
        return names;
    }

    private static String universe(ApiAnswer answer) {
        assertThat(answer.status()).isEqualTo(200);
        return answer.json().path("universe").toString();
    }

    /** The shortest of ten: what is held up is held up each time, a busy machine is not. */
    private Duration fastest(String path) {
        List<Duration> times = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            long start = System.nanoTime();
            assertThat(service.get(path).status()).isEqualTo(200);
            times.add(Duration.ofNanos(System.nanoTime() - start));
        }
        return times.stream().min(Duration::compareTo).orElseThrow();
    }
}
