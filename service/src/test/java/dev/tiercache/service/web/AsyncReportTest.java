package dev.tiercache.service.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** HEAD, and clients that rather come again than wait, over a real connection. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AsyncReportTest {

    private final RunningService service = RunningService.start(Map.of());

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void whoDoesNotWaitIsSentToTheSameUrlWhereTheReportComesToBe() {
        // Other users' reports may be computed within no time; this one's client waits for none at all.
        String path = "/api/investor-report?user_id=async&symbols=AAPL,MSFT,NVDA";

        ApiAnswer accepted = service.get(path, "Prefer", "respond-async, wait=0");

        assertThat(accepted.status()).isEqualTo(202);
        assertThat(accepted.header("Location")).isEqualTo(path);
        assertThat(accepted.header("Retry-After")).isEqualTo("1");
        assertThat(accepted.header("Preference-Applied")).isEqualTo("respond-async, wait=0");
        assertThat(accepted.header("Cache-Control")).isEqualTo("no-store");
        assertThat(accepted.header("ETag")).isEmpty();
        assertThat(accepted.bytes()).isEmpty();
        await().atMost(Duration.ofSeconds(10))
                .until(() -> service.get(accepted.header("Location"), "Prefer", "respond-async, wait=0")
                                .status()
                        == 200);
    }

    @Test
    void whoWaitsLongEnoughIsAnsweredAsEverybodyElse() {
        ApiAnswer answer =
                service.get("/api/investor-report?user_id=patient&symbols=AAPL", "Prefer", "respond-async, wait=10");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Preference-Applied")).isEmpty();
        assertThat(answer.json().path("metadata").path("cached").asBoolean()).isFalse();
    }

    @Test
    void headHasTheHeadersOfGet() {
        String path = "/api/investor-report?user_id=head&symbols=AAPL";
        service.get(path);
        ApiAnswer get = service.get(path, "X-Request-Id", "one");

        ApiAnswer head = ApiAnswer.of("HEAD", service.port(), path, "X-Request-Id", "one");

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.bytes()).isEmpty();
        assertThat(head.response().headers().map().keySet())
                .isEqualTo(get.response().headers().map().keySet());
        for (String name : new String[] {"ETag", "Content-Type", "Cache-Control", "Vary", "X-Request-Id"}) {
            assertThat(head.header(name)).as(name).isEqualTo(get.header(name));
        }
        // The metadata say how long the answer took: that has more digits now and then.
        assertThat(Math.abs(Integer.parseInt(head.header("Content-Length")) - get.bytes().length))
                .isLessThan(10);
    }
}
