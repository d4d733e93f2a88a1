package dev.tiercache.service.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;
import tools.jackson.databind.JsonNode;

/**
 * What the page shows of reports and of the cache, and how a person uses it.
 * {@code -Ddashboard.pictures=FOLDER} writes the pictures of the documents anew.
 */
class DashboardProcessIT extends DashboardFixture {

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
        page.watch("#path");
        page.until("an answer from L2", () -> {
            page.press("button[type=submit]");
            return page.watched().contains("L1 this process miss L2 Redis hit");
        });
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

        page.watch("#badges");

        page.press("#fresh");

        page.until("refreshing", () -> page.watched().contains("refreshing"));
        page.until("the new report", () -> page.badges().equals(List.of("normal")));
        assertThat(report("anew", "AAPL").at("/metadata/fresh").asBoolean()).isFalse();
        assertThat(page.step("L1")).isEqualTo("hit");
    }

    @Test
    void computingAnewIsFollowedToItsEndThoughReadsAreByHand() {
        page.openWithReport("?user_id=slow&symbols=AAPL&every=0");
        // A computation that takes a few looks: those of a test are over too soon.
        page.script("""
                const fetched = window.fetch;
                window.looks = 0;
                window.fetch = async (...question) => {
                  const answer = await fetched(...question);
                  if (!String(question[0]).includes("investor-report") || ++window.looks > 3) {
                    return answer;
                  }
                  const body = await answer.json();
                  body.metadata.refreshing = true;
                  return new Response(JSON.stringify(body), answer);
                }""");

        page.press("#fresh");

        page.until("three looks", () -> Integer.parseInt(page.script("return window.looks")) > 3);
        page.until("the new report", () -> page.badges().equals(List.of("normal")));
        assertThat(page.script("return window.looks"))
                .as("looks after the new report")
                .isEqualTo("4");
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

    private BigDecimal shownNumber(String part, String field) {
        return new BigDecimal(page.attribute(part + " data[data-field='" + field + "']", "value"));
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
