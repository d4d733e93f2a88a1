package dev.tiercache.service.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

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
}
