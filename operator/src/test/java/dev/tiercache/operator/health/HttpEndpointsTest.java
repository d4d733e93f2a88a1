package dev.tiercache.operator.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpEndpointsTest {
    private volatile String waitingFor = "caches are not filled: Pod";
    private final HttpClient http = HttpClient.newHttpClient();
    private HttpEndpoints endpoints;

    @BeforeEach
    void start() throws IOException {
        endpoints = HttpEndpoints.start(0, () -> waitingFor, () -> {
            if (waitingFor.equals("broken")) {
                throw new IllegalStateException("no figures");
            }
            return "figure 1\n";
        });
    }

    @AfterEach
    void stop() {
        endpoints.close();
        http.close();
    }

    @Test
    void theProcessIsAliveWhileItIsNotReady() throws Exception {
        assertThat(get("/livez").statusCode()).isEqualTo(200);
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/readyz").body()).contains("caches are not filled: Pod");
    }

    @Test
    void itIsReadyWhenNothingIsWaitedFor() throws Exception {
        waitingFor = "";

        assertThat(get("/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void metricsAreServedAsPrometheusText() throws Exception {
        var answer = get("/metrics");

        assertThat(answer.body()).isEqualTo("figure 1\n");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
    }

    @Test
    void aPageThatFailsIsAnErrorAndTheOthersStay() throws Exception {
        waitingFor = "broken";

        assertThat(get("/metrics").statusCode()).isEqualTo(500);
        assertThat(get("/livez").statusCode()).isEqualTo(200);
    }

    @Test
    void nothingIsServedBelowAKnownPath() throws Exception {
        assertThat(get("/metrics/secret").statusCode()).isEqualTo(404);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + endpoints.port() + path))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
