package dev.tiercache.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.tiercache.operator.leader.Leadership;
import dev.tiercache.operator.observe.Examples;
import dev.tiercache.operator.status.Transitions.Note;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The requests that the recorder sends, by the real client to a server that takes anything. */
class EventRecorderTest {
    private static final Note NOTE = new Note(EventReason.REDIS_NOT_READY, "Observe", "reports-redis-0 is gone");

    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private int status = 201;
    private HttpServer server;
    private KubernetesClient client;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                byte[] body = exchange.getRequestBody().readAllBytes();
                requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                        + new String(body, StandardCharsets.UTF_8));
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(status, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder()
                        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
    }

    @AfterEach
    void stop() {
        client.close();
        server.stop(0);
    }

    @Test
    void anEventNamesTheResourceTheReasonAndTheCause() {
        recorder(Leadership.alone()).record(Examples.cache("{}"), NOTE);

        assertThat(requests)
                .singleElement()
                .asString()
                .startsWith("POST /apis/events.k8s.io/v1/namespaces/ns/events")
                .contains("\"reason\":\"RedisNotReady\"", "\"type\":\"Warning\"", "\"uid\":\"cache-uid\"")
                .contains("\"note\":\"reports-redis-0 is gone\"", "\"reportingInstance\":\"pod-1\"");
    }

    @Test
    void aRepetitionBecomesASeriesOfTheSameEvent() {
        var recorder = recorder(Leadership.alone());
        recorder.record(Examples.cache("{}"), NOTE);
        now = now.plus(Duration.ofMinutes(5));
        recorder.record(Examples.cache("{}"), NOTE);

        assertThat(requests).hasSize(2);
        assertThat(requests.get(1)).startsWith("PATCH ").contains("\"count\":2");
    }

    @Test
    void aSeriesThatRepeatsFastIsCountedOnOnlyOnceAMinute() {
        var recorder = recorder(Leadership.alone());
        for (int second = 0; second <= 120; second++) {
            recorder.record(Examples.cache("{}"), NOTE);
            now = now.plusSeconds(1);
        }

        assertThat(requests).hasSize(3);
        assertThat(requests.get(1)).startsWith("PATCH ").contains("\"count\":2");
        assertThat(requests.get(2)).startsWith("PATCH ").contains("\"count\":62");
    }

    @Test
    void anEventThatWasRefusedIsTriedAnewAndIsNoSeries() {
        var recorder = recorder(Leadership.alone());
        status = 403;
        recorder.record(Examples.cache("{}"), NOTE);
        status = 201;
        recorder.record(Examples.cache("{}"), NOTE);

        assertThat(requests)
                .hasSize(2)
                .allSatisfy(request -> assertThat(request).startsWith("POST "));
    }

    @Test
    void aLateRepetitionIsANewEvent() {
        var recorder = recorder(Leadership.alone());
        recorder.record(Examples.cache("{}"), NOTE);
        now = now.plus(Duration.ofMinutes(7));
        recorder.record(Examples.cache("{}"), NOTE);

        assertThat(requests)
                .hasSize(2)
                .allSatisfy(request -> assertThat(request).startsWith("POST "));
    }

    @Test
    void aResourceThatTellsTooMuchIsNotHeardForAWhile() {
        var recorder = recorder(Leadership.alone());
        for (int i = 0; i < 100; i++) {
            recorder.record(Examples.cache("{}"), new Note(EventReason.READY, "Observe", "note " + i));
        }

        assertThat(requests).hasSize(25);
    }

    @Test
    void aServerThatRefusesEventsStopsNothing() {
        status = 403;

        recorder(Leadership.alone()).record(Examples.cache("{}"), NOTE);

        assertThat(requests).hasSize(1);
    }

    @Test
    void whoDoesNotLeadWritesNoEvent() {
        recorder(Leadership.byLease()).record(Examples.cache("{}"), NOTE);

        assertThat(requests).isEmpty();
    }

    private EventRecorder recorder(Leadership leadership) {
        return new EventRecorder(client, leadership, "pod-1", new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneId.of("UTC");
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now;
            }
        });
    }
}
