package dev.tiercache.service.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.service.market.csv.CsvFolder;
import dev.tiercache.service.market.demo.DemoMarketData;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** What the page shows while a tier, the stream or the service itself is away, and afterwards. */
class DashboardFaultsProcessIT extends DashboardFixture {

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
        page.until(
                "news of both",
                () -> page.text("#changes").contains("Live signals are back")
                        && page.text("#changes").contains("The service answers again"));
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
    void aStreamThatEndsWithItsTimeIsOpenedAgainWithoutAWordOfAFault() {
        page.openWithReport("?user_id=time&symbols=AAPL&every=0");
        page.until("the stream", () -> page.text("#socket").equals("live"));
        // The service says this after 300 s without an update, or 1800 s in all.
        page.script("""
                window.WebSocket = class extends WebSocket {
                  constructor(url) {
                    super(url);
                    window.stream = this;
                  }
                }""");
        page.type("#user", "renewed" + Keys.ENTER);
        page.until("its signals", () -> updates() > 0);
        page.watch("#socket");

        page.script("""
                const { stream } = window;
                stream.onmessage({ data: JSON.stringify({ type: "timeout", timestamp: new Date().toISOString() }) });
                stream.onclose({ code: 1000, reason: "" });""");

        int before = updates();
        page.until("further signals", () -> updates() > before + 1);
        assertThat(page.watched()).contains("being renewed").endsWith("live").doesNotContain("lost");
        assertThat(page.script("return document.getElementById('changes').textContent"))
                .doesNotContain("Live signals");
    }

    @Test
    void aStreamThatNobodyAnswersIsGivenUpAndTriedAgain() throws Exception {
        page.openWithReport(REPORT + "0");
        page.until("the stream", () -> page.text("#socket").equals("live"));

        // The kernel goes on accepting connections, and that is all.
        signal("STOP");
        try {
            page.type("#user", "silence" + Keys.ENTER);
            page.until("an attempt", () -> page.text("#socket").equals("connecting"));
            page.until(
                    "its end",
                    () -> page.script("return document.getElementById('changes').textContent")
                            .contains("Live signals lost (silent)"));
        } finally {
            signal("CONT");
        }

        page.until("the stream again", () -> page.text("#socket").equals("live"));
        onlyTheNetworkComplained();
    }

    @Test
    void aCopyThatIsAllThereIsSaysWhatWasTriedForABetterOne(@TempDir Path folder) throws Exception {
        CsvFolder data =
                new CsvFolder(folder.resolve("data")).demo(new DemoMarketData(Clock.systemUTC()), List.of("AAPL"));
        service.close();
        service = launch(Map.of(
                "MARKET_DATA_SOURCE", "csv",
                "MARKET_DATA_FOLDER", data.path().toString(),
                "L2_TTL_SECONDS", "1",
                "STALE_WHILE_REVALIDATE_SECONDS", "0"));
        try {
            service.awaitReady();
            page.openWithReport("?user_id=left&symbols=AAPL&every=0");
            page.until("Redis up", () -> page.text("#redis").equals("UP"));

            Files.move(data.path().resolve("prices"), data.path().resolve("gone"));
            page.until("what failed", () -> {
                page.press("button[type=submit]");
                return page.step("origin").equals("failed");
            });

            assertThat(List.of(page.step("L1"), page.step("L2"))).containsExactly("hit, stale", "miss");
            assertThat(page.texts("#path .hit b")).containsExactly("L1");
            assertThat(page.badges()).contains("stale");
            assertThat(page.text("#ttl-note")).isEqualTo("its time is over, and no new one could be computed in time");
        } finally {
            // A page that is still open would complain of the server that is not there.
            browser.driver().get("about:blank");
            service.close();
            service = launch();
        }
    }

    @Test
    void whateverRetryAfterSaysReadsKeepTheirPause() {
        page.openWithReport(REPORT + "1");

        assertThat(String.valueOf(page.promise("""
                import(new URL('dashboard/api.js', document.baseURI))
                    .then(({ secondsOf }) => [null, '', '7', ' 7 ', '9'.repeat(20), '9'.repeat(400), '-5', 'soon',
                        'Wed, 21 Oct 2015 07:28:00 GMT', new Date(Date.now() + 1e12).toUTCString()].map(secondsOf))"""))).isEqualTo("[0, 0, 7, 7, 3600, 0, 0, 0, 0, 3600]");
        Object inAMinute = page.promise("""
                import(new URL('dashboard/api.js', document.baseURI))
                    .then(({ secondsOf }) => Math.ceil(secondsOf(new Date(Date.now() + 60e3).toUTCString())))""");
        assertThat(String.valueOf(inAMinute)).matches("5[0-9]|60");

        page.script("""
                const fetched = window.fetch;
                window.asked = [];
                window.fetch = async (...question) => {
                  if (!String(question[0]).includes("investor-report")) {
                    return fetched(...question);
                  }
                  window.asked.push(performance.now());
                  return new Response('{"title":"Busy"}', { status: 503, headers: { "Retry-After": "in a moment" } });
                }""");
        page.until("some reads", () -> Integer.parseInt(page.script("return window.asked.length")) > 3);
        double shortest = Double.parseDouble(
                page.script("return Math.min(...window.asked.slice(1).map((time, i) => time - window.asked[i]))"));
        assertThat(shortest).isGreaterThan(990);
    }

    @Test
    void attemptsToFindTheStreamComeLaterEachTimeAndNotAllAtOnce() {
        page.open(REPORT + "0");

        Object waits = page.promise("""
                import(new URL('dashboard/socket.js', document.baseURI))
                    .then(({ backoff }) => [0, 1, 2, 20].map((n) => [backoff(n, () => 0), backoff(n, () => 1)]))""");

        assertThat(String.valueOf(waits)).isEqualTo("[[250, 500], [500, 1000], [1000, 2000], [15000, 30000]]");
    }

    /** How many updates the page has had of the user whose signals it shows. */
    private int updates() {
        return Integer.parseInt(page.attribute("#live-gauges", "data-updates"));
    }

    private void signal(String name) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(service.pid())).start();
        assertThat(kill.waitFor()).as("kill -" + name).isZero();
    }
}
