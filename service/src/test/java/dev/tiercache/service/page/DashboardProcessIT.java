package dev.tiercache.service.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.service.process.ServiceProcess;
import dev.tiercache.service.redis.RedisServer;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The dashboard in a real Chromium, on the service in a process of its own and a real Redis.
 * {@code -Ddashboard.pictures=FOLDER} writes the pictures of the documents anew.
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardProcessIT {

    private static final String REPORT = "?user_id=ann&symbols=AAPL,MSFT,NVDA&every=";

    /** What a browser always writes of an answer that is none, or none that is good. */
    private static final String NETWORK = "Failed to load resource|WebSocket connection to .* failed";

    private final int port = RedisServer.freePort();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private Path config;
    private Browser browser;
    private Dashboard page;
    private RedisServer redis;
    private ServiceProcess service;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        config = Files.createFile(folder.resolve("live.properties"));
        browser = Browser.start();
        opened.add(browser);
        page = new Dashboard(browser, port);
        redis = RedisServer.running();
        opened.add(redis);
        service = launch();
        opened.add(() -> service.close());
    }

    @AfterAll
    void stop() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    @BeforeEach
    void aDeskOfTheUsualSizeByDay() {
        service.awaitReady();
        browser.size(1280, 900);
        browser.colourScheme("light");
    }

    @AfterEach
    void nothingIsLeftToComplainOf() {
        browser.driver().get("about:blank");
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests())
                .filteredOn(address -> !address.startsWith("about:") && !address.startsWith("data:"))
                .isNotEmpty()
                .allMatch(address -> address.replaceFirst("^ws", "http").startsWith(page.origin() + "/"));
    }

    @Test
    void everyNumberAndSentenceIsTheOneThatTheApiAnswers() {
        page.openWithReport(REPORT + "0");
        JsonNode report = report("ann", "AAPL,MSFT,NVDA");

        Map<String, String> numbers =
                Map.of("", "/risk_panel", "performance ", "/risk_panel/performance", "phase4 ", "/signals/phase4_tech");
        List<String> checked = new ArrayList<>();
        numbers.values()
                .forEach(group -> report.at(group).properties().forEach(field -> {
                    if (field.getValue().isNumber()) {
                        checked.add(field.getKey());
                        assertThat(shownNumber("#report", field.getKey()))
                                .isEqualByComparingTo(decimal(field.getValue()));
                        assertThat(page.text("#report data[data-field='" + field.getKey() + "']"))
                                .as(field.getKey())
                                .isIn(rounded(field.getValue()), "+" + rounded(field.getValue()));
                    }
                }));
        assertThat(checked).hasSize(7 + 8 + 4);
        assertThat(shownNumber("#report", "overall")).isEqualByComparingTo(decimal(report.at("/confidence/overall")));
        assertThat(page.text("[data-field='regime']"))
                .isEqualTo(report.at("/signals/regime").asString());
        assertThat(page.text("[data-field='thesis']"))
                .isEqualTo(report.at("/executive_summary/thesis").asString());
        assertThat(page.texts(".risks li")).isEqualTo(strings(report.at("/executive_summary/key_risks")));
        report.path("actions")
                .forEach(action -> assertThat(page.text(
                                "tr[data-ticker='" + action.path("ticker").asString() + "']"))
                        .contains(
                                action.path("action").asString(),
                                action.path("sizing").asString(),
                                action.path("risk_controls").asString()));
        report.path("sources")
                .forEach(source -> assertThat(page.text(".sources"))
                        .contains(source.path("title").asString()));
        assertThat(page.texts(".figures .unit")).containsExactly("% a year", "ratio", "%", "%", "% a day", "%", "%");
    }

    @Test
    void aSignalThatIsNullSaysWhyAndOneWithoutASourceSaysSo() {
        page.openWithReport("?user_id=ann&symbols=EURUSD=X&every=0");

        String why = report("ann", "EURUSD=X")
                .at("/signals/phase4_tech/unavailable_with_reason")
                .asString();
        assertThat(why).startsWith("options_flow_composite: ");
        assertThat(page.text("#report [data-signal='options_flow_composite']"))
                .contains("n/a", why.substring("options_flow_composite: ".length()));
        assertThat(page.text("#report [data-signal='ml_alpha.score']")).contains("no source is connected");
    }

    @Test
    void liveSignalsComeWithoutBeingAskedFor() {
        page.openWithReport("?user_id=lena&symbols=&every=0");

        page.until("three updates", () -> Integer.parseInt(page.attribute("#live-gauges", "data-updates")) >= 3);

        assertThat(page.text("#socket")).isEqualTo("live");
        assertThat(page.text("#live-user")).contains("lena");
        // Who has no portfolio gets the signals of the same symbols in both.
        JsonNode signals = report("lena", "").at("/signals/phase4_tech");
        for (String name :
                List.of("options_flow_composite", "residual_momentum", "seasonality_score", "breadth_liquidity")) {
            assertThat(shownNumber("#live-gauges", name)).isEqualByComparingTo(decimal(signals.path(name)));
        }
    }

    @Test
    void theWayOfAReadIsShownFromComputationOverL1ToL2() {
        page.openWithReport("?user_id=way&symbols=AAPL&every=0");
        assertThat(List.of(page.step("L1"), page.step("L2"), page.step("origin")))
                .containsExactly("miss", "miss", "computed");
        assertThat(page.text("#page-rate")).isEqualTo("0\u202f%");

        page.press("button[type=submit]");
        page.until("an answer from L1", () -> page.step("L1").equals("hit"));
        assertThat(page.texts("#path .hit b")).containsExactly("L1");

        // What another client changes in Redis leaves L1 at once: then only Redis has it.
        page.until(
                "the report in Redis",
                () -> redis.cli("EXISTS", "ir_v1:way:AAPL").equals("1"));
        redis.cli("RENAME", "ir_v1:way:AAPL", "aside");
        redis.cli("RENAME", "aside", "ir_v1:way:AAPL");
        page.until("an answer from L2", () -> {
            page.press("button[type=submit]");
            return page.step("L2").equals("hit");
        });
        assertThat(page.step("L1")).isEqualTo("miss");
    }

    @Test
    void ageGrowsAndTheBarOfTheTimeThatIsLeftShrinksBetweenReads() {
        page.openWithReport("?user_id=age&symbols=AAPL&every=0");
        double before = Double.parseDouble(page.attribute("#ttl", "aria-valuenow"));

        page.until("a shorter bar", () -> Double.parseDouble(page.attribute("#ttl", "aria-valuenow")) < before - 0.001);

        assertThat(page.text("#age")).isNotEqualTo("0 s");
        assertThat(page.text("#ttl-note")).matches("14 min \\d\\d s left of 15 min 00 s");
        assertThat(page.text("#page-note")).isEqualTo("0 of 1 reads hit");
    }

    @Test
    void computingAnewShowsTheCopyAsRefreshingAndThenTheNewReport() {
        page.openWithReport("?user_id=anew&symbols=AAPL&every=0");
        page.until("an older copy", () -> !page.text("#age").matches("[0-2] s"));

        // It may be over between two looks: the page itself takes notes.
        page.script("""
                const badges = document.getElementById("badges");
                window.seen = [];
                new MutationObserver(() => window.seen.push(badges.textContent)).observe(badges, {childList: true})""");

        page.press("#fresh");

        page.until("refreshing", () -> page.script("return window.seen.join()").contains("refreshing"));
        page.until("the new report", () -> page.badges().equals(List.of("normal")));
        assertThat(report("anew", "AAPL").at("/metadata/fresh").asBoolean()).isFalse();
        assertThat(page.step("L1")).isEqualTo("hit");
    }

    @Test
    void aReportBeyondItsTimeIsShownAsStaleUntilTheNewOneIsThere() throws Exception {
        page.openWithReport("?user_id=old&symbols=AAPL&every=0");
        page.until("some age", () -> !page.text("#age").matches("[0-2] s"));

        Files.writeString(config, "L1_TTL_SECONDS=1\nL2_TTL_SECONDS=1\n");

        page.until(
                "the lower TTL",
                () -> report("probe", "AAPL").at("/metadata/ttl_seconds").asInt() <= 1);
        page.press("button[type=submit]");

        page.until("a stale answer", () -> page.badges().contains("stale"));
        assertThat(page.step("L1")).isEqualTo("hit, stale");
        assertThat(page.attribute("#ttl", "data-left")).isEqualTo("none");
        assertThat(page.text("#page-keys")).contains("stale");
        Files.writeString(config, "");
        page.until("the new report", () -> {
            page.press("button[type=submit]");
            return page.badges().equals(List.of("normal"))
                    && page.text("#ttl-note").endsWith("of 15 min 00 s");
        });
    }

    @Test
    void whileRedisIsAwayThePageShowsL1OnlyAndGoesOnAndSeesItComeBack() {
        page.openWithReport(REPORT + "1");
        page.until("Redis up", () -> page.text("#redis").equals("UP"));

        redis.kill();

        page.until("the lost link", () -> page.text("#redis").equals("OPEN"));
        page.until("an answer that says so", () -> page.badges().contains("degraded"));
        assertThat(page.text("#redis-error")).startsWith("last error: ");
        assertThat(page.step("L2")).isEqualTo("away");
        int reads = reads();
        page.until("further reads", () -> reads() > reads + 1);
        assertThat(page.text("#page-note")).doesNotContain("failed");

        redis.start();

        page.until("the link", () -> page.text("#redis").equals("UP"));
        page.until("normal answers", () -> page.badges().equals(List.of("normal")));
        page.press(".changes summary");
        assertThat(page.text("#changes")).contains("UP \u2192 OPEN", "\u2192 UP");
    }

    @Test
    void theStreamIsFoundAgainAfterTheServiceWasAway() throws Exception {
        page.openWithReport(REPORT + "1");
        page.until("the stream", () -> page.text("#socket").equals("live"));

        service.close();

        page.until(
                "the lost stream", () -> page.attribute("#socket", "data-state").equals("waiting"));
        page.until(
                "a readable error",
                () -> page.shown("#problem") && page.text("#problem").contains("Service out of reach"));
        page.until("an unknown state", () -> page.text("#redis").equals("unknown"));
        assertThat(page.shown("#report")).as("the last report").isTrue();

        service = launch();

        page.until("the stream again", () -> page.text("#socket").equals("live"));
        page.until("reports again", () -> !page.shown("#problem"));
        page.press(".changes summary");
        page.until("the news", () -> page.text("#changes").contains("Live signals are back"));
        assertThat(page.text("#changes")).contains("The service answers again");
        onlyTheNetworkComplained();
    }

    @Test
    void aPageWhoseStreamWentToNewerOnesDoesNotTakeItBackByItself() {
        page.openWithReport("?user_id=many&symbols=AAPL&every=0");
        page.until("the stream", () -> page.text("#socket").equals("live"));
        URI stream = URI.create("ws://127.0.0.1:" + port + "/ws/phase4-metrics/many");

        try (HttpClient http = HttpClient.newHttpClient()) {
            List<WebSocket> others = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                others.add(http.newWebSocketBuilder()
                        .buildAsync(stream, new WebSocket.Listener() {})
                        .join());
            }
            page.until("the end", () -> page.text("#socket").equals("ended by a newer page"));
            others.forEach(WebSocket::abort);
        }

        page.press("#live-now");
        page.until("the stream again", () -> page.text("#socket").equals("live"));
    }

    @Test
    void attemptsToFindTheStreamComeLaterEachTimeAndNotAllAtOnce() {
        page.open(REPORT + "0");

        Object waits = page.promise("""
                import(new URL('dashboard/socket.js', document.baseURI))
                    .then(({ backoff }) => [0, 1, 2, 20].map((n) => [backoff(n, () => 0), backoff(n, () => 1)]))""");

        assertThat(String.valueOf(waits)).isEqualTo("[[250, 500], [500, 1000], [1000, 2000], [15000, 30000]]");
    }

    @Test
    void aBadSymbolIsExplainedAtTheFieldAndTheChoiceIsKeptInTheAddress() {
        page.openWithReport(REPORT + "0");

        page.type("#symbols", "AAPL,NOT A TICKER");
        page.press("button[type=submit]");

        page.until("the problem", () -> page.shown("#problem"));
        assertThat(page.text("#problem"))
                .contains("Bad parameters", "symbols", "NOT A TICKER", "status 400")
                .containsPattern("request [0-9a-f]{16}");
        assertThat(page.shown("#report")).as("another choice's report").isFalse();
        assertThat(page.attribute("#symbols", "aria-invalid")).isEqualTo("true");
        assertThat(page.script("return document.getElementById('announcements').textContent"))
                .startsWith("No report. Bad parameters.");

        page.type("#symbols", "AAPL,TSLA" + Keys.ENTER);

        page.until("the report", () -> page.shown("#report"));
        assertThat(page.shown("#problem")).isFalse();
        assertThat(browser.driver().getCurrentUrl()).endsWith("?user_id=ann&symbols=AAPL,TSLA&every=0");
        browser.driver().navigate().back();
        browser.driver().navigate().back();
        page.until(
                "the first report",
                () -> page.shown("#report") && page.text("#report-title").equals("AAPL \u00b7 MSFT \u00b7 NVDA"));
        onlyTheNetworkComplained();
    }

    @Test
    void whatIsTypedIsTextWhateverItLooksLike() {
        page.open("?user_id=%3Cimg%20src=x%20onerror=alert(1)%3E&symbols=%3Cb%3Ex&every=0");

        page.until("the problem", () -> page.shown("#problem"));
        assertThat(page.all("#problem img, #problem b b")).isEmpty();
        assertThat(page.text("#problem")).contains("user_id", "symbols");
        assertThat(page.text("#socket")).isEqualTo("not connected");
        onlyTheNetworkComplained();
    }

    @ParameterizedTest
    @CsvSource({"light, 1280", "dark, 1280", "light, 360", "dark, 360"})
    void axeFindsNothingAndNothingIsWiderThanTheScreen(String scheme, int width) {
        browser.colourScheme(scheme);
        browser.size(width, 900);
        page.openWithReport("?user_id=axe&symbols=AAPL,EURUSD=X,MSFT&every=0");
        page.until("live signals", () -> page.text("#socket").equals("live"));
        page.all("details summary").forEach(each -> each.click());
        assertThat(page.accessibilityProblems()).isEmpty();
        assertThat(page.script("return document.documentElement.scrollWidth")).isEqualTo(Integer.toString(width));

        page.open("?user_id=axe&symbols=" + "A".repeat(200) + ",-&every=0");
        page.until("the problem", () -> page.shown("#problem"));
        assertThat(page.accessibilityProblems()).isEmpty();
        assertThat(page.script("return document.documentElement.scrollWidth")).isEqualTo(Integer.toString(width));
        onlyTheNetworkComplained();
    }

    @Test
    void theKeyboardReachesTheReportFirstAndTheFormThen() {
        page.openWithReport(REPORT + "0");

        page.find("body").sendKeys(Keys.TAB);
        assertThat(page.script("return document.activeElement.className")).isEqualTo("skip");
        page.until("the link on the screen", () -> page.find(".skip").getRect().getY() >= 0);
        browser.driver().switchTo().activeElement().sendKeys(Keys.ENTER);
        page.until(
                "the report's turn",
                () -> page.script("return document.activeElement.id").equals("report"));

        page.find(".skip").sendKeys(Keys.TAB);
        assertThat(page.script("return document.activeElement.id")).isEqualTo("user");
        assertThat(page.script("return getComputedStyle(document.activeElement).outlineStyle"))
                .isEqualTo("solid");
    }

    @Test
    @EnabledIfSystemProperty(named = "dashboard.pictures", matches = ".+")
    void picturesForTheDocuments() throws Exception {
        Path folder = Path.of(System.getProperty("dashboard.pictures"));
        browser.size(1280, 860);
        page.openWithReport("?user_id=ada&symbols=AAPL,MSFT,NVDA&every=1");
        page.until(
                "the report in Redis",
                () -> redis.cli("EXISTS", "ir_v1:ada:AAPL,MSFT,NVDA").equals("1"));
        redis.cli("RENAME", "ir_v1:ada:AAPL,MSFT,NVDA", "aside");
        redis.cli("RENAME", "aside", "ir_v1:ada:AAPL,MSFT,NVDA");
        page.until("some reads", () -> reads() > 15);
        Picture.write(browser.picture(), folder.resolve("dashboard.png"));

        browser.colourScheme("dark");
        redis.kill();
        int reads = reads();
        page.until("the lost link", () -> page.text("#redis").equals("OPEN"));
        page.until("degraded answers", () -> page.badges().contains("degraded") && reads() > reads + 5);
        Picture.write(browser.picture(), folder.resolve("dashboard-redis-away.png"));
        redis.start();
        page.until("the link", () -> page.text("#redis").equals("UP"));
    }

    private ServiceProcess launch() {
        return ServiceProcess.launch(
                Map.of(
                        "SERVER_PORT",
                        Integer.toString(port),
                        "REDIS_URL",
                        redis.url(),
                        "CONFIG_FILE",
                        config.toString(),
                        "PHASE4_WS_INTERVAL_SECONDS",
                        "0.5",
                        "USER_COMPUTATIONS_PER_MINUTE",
                        "1000"),
                List.of());
    }

    private JsonNode report(String user, String symbols) {
        return JsonMapper.shared()
                .readTree(service.get("/api/investor-report?user_id=" + user + "&symbols=" + symbols)
                        .body());
    }

    /** How many reads the page counts, hits and others. */
    private int reads() {
        return Integer.parseInt(page.text("#page-note").replaceFirst("^\\d+ of (\\d+) .*$", "$1"));
    }

    private BigDecimal shownNumber(String part, String field) {
        return new BigDecimal(page.attribute(part + " data[data-field='" + field + "']", "value"));
    }

    private void onlyTheNetworkComplained() {
        browser.driver().get("about:blank");
        assertThat(browser.complaints()).isNotEmpty().allMatch(text -> text.matches("(?s).*(" + NETWORK + ").*"));
    }

    private static BigDecimal decimal(JsonNode number) {
        return new BigDecimal(number.toString());
    }

    /** Two digits, as a browser rounds, with the minus of typesetters. */
    private static String rounded(JsonNode number) {
        String text = String.format(java.util.Locale.ROOT, "%,.2f", number.asDouble());
        return text.equals("-0.00") ? "0.00" : text.replace('-', '\u2212');
    }

    private static List<String> strings(JsonNode array) {
        return array.valueStream().map(JsonNode::asString).toList();
    }
}
