package dev.tiercache.service.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.AbstractProtocol;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fast path in a Tomcat of its own: what the two ways of a connection do to each other. */
class FastPathEndpointTest {

    private static final String FAST = "GET /fast HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String LARGE = "GET /large HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String SLOW = "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final int LARGE_BYTES = 32 * 1024 * 1024;

    @TempDir
    Path folder = Path.of("");

    private final Tomcat tomcat = new Tomcat();
    private final Connector connector = new Connector(FastPathProtocol.class.getName());

    @BeforeEach
    void start() throws Exception {
        tomcat.setBaseDir(folder.toString());
        connector.setPort(0);
        FastPathProtocol protocol = (FastPathProtocol) connector.getProtocolHandler();
        protocol.setMaxKeepAliveRequests(-1);
        protocol.fastPath(FastPathEndpointTest::answer);
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", null);
        Tomcat.addServlet(context, "slow", new Slow());
        context.addServletMappingDecoded("/*", "slow");
        tomcat.start();
    }

    @AfterEach
    void stop() throws Exception {
        tomcat.stop();
        tomcat.destroy();
    }

    @Test
    void bothWaysAnswerOnOneConnection() throws IOException {
        try (RawClient client = client()) {
            for (int i = 0; i < 20; i++) {
                awaitFast(client);
                assertThat(client.send(SLOW).answer()).endsWith("slow /slow 0");
            }
        }
    }

    @Test
    void requestsThatComeTogetherAreAnsweredInTheirOrder() throws IOException {
        try (RawClient client = client()) {
            client.send(FAST + SLOW + FAST);

            // Tomcat has the whole of them, and answers all.
            assertThat(client.answer()).endsWith("slow /fast 0");
            assertThat(client.answer()).endsWith("slow /slow 0");
            assertThat(client.answer()).endsWith("slow /fast 0");
            awaitFast(client);
        }
    }

    @Test
    void aRequestThatComesInPiecesIsAnsweredByTomcat() throws IOException {
        try (RawClient client = client()) {
            for (int i = 0; i < 200; i++) {
                int cut = 1 + i % (FAST.length() - 1);
                client.send(FAST.substring(0, cut));
                // In one piece after all, if the poller was slower than the client.
                assertThat(client.send(FAST.substring(cut)).answer()).containsAnyOf("\r\n\r\nfast", "slow /fast 0");
            }
        }
    }

    @Test
    void aBodyBehindTheHeadIsNotLost() throws IOException {
        String body = "x".repeat(100_000);
        try (RawClient client = client()) {
            assertThat(client.send(FAST).answer()).endsWith("fast");
            client.send("POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            assertThat(client.answer()).endsWith("slow /slow 100000");
            awaitFast(client);
        }
    }

    @Test
    void whoDoesNotReadHoldsUpNobodyAndGetsTheWholeAnswerInTheEnd() throws IOException {
        try (RawClient lazy = client();
                RawClient busy = client()) {
            lazy.send(LARGE);
            for (int i = 0; i < 20; i++) {
                awaitFast(busy);
                assertThat(busy.send(SLOW).answer()).endsWith("slow /slow 0");
            }

            assertThat(lazy.answer()).hasSizeGreaterThan(LARGE_BYTES);
            assertThat(lazy.send(FAST).answer()).endsWith("fast");
        }
    }

    @Test
    void whoNeverReadsIsSentAwayByTomcatsTimeout() throws IOException {
        timeout(1_000);
        try (RawClient lazy = client()) {
            lazy.send(LARGE);
            await().until(() -> connections() == 1);

            await().until(() -> connections() == 0);
        }
    }

    @Test
    void anIdleConnectionIsClosedByTomcatsTimeout() throws IOException {
        timeout(1_000);
        try (RawClient idle = client()) {
            assertThat(idle.send(FAST).answer()).endsWith("fast");

            assertThat(idle.closed()).isTrue();
        }
        await().until(() -> connections() == 0);
    }

    @Test
    void aClientThatGoesIsForgotten() throws IOException {
        RawClient client = client();
        assertThat(client.send(FAST).answer()).endsWith("fast");
        // Whoever accepted it counts beside whoever answers.
        await().until(() -> connections() == 1);

        client.close();

        await().until(() -> connections() == 0);
    }

    @Test
    void aFailureOfTheFastPathIsTomcatsTurn() throws IOException {
        try (RawClient client = client()) {
            assertThat(client.send("GET /broken HTTP/1.1\r\nHost: a\r\n\r\n").answer())
                    .endsWith("slow /broken 0");
            awaitFast(client);
        }
    }

    /** A thread of Tomcat's stays with a connection for a moment, and answers what comes until then. */
    private static void awaitFast(RawClient client) {
        await().pollDelay(Duration.ZERO).until(() -> client.send(FAST).answer().endsWith("\r\n\r\nfast"));
    }

    private RawClient client() throws IOException {
        return new RawClient(connector.getLocalPort());
    }

    private void timeout(int millis) {
        ((AbstractProtocol<?>) connector.getProtocolHandler()).setConnectionTimeout(millis);
    }

    /** Tomcat counts the connection that it waits for, too. */
    private long connections() {
        return ((AbstractProtocol<?>) connector.getProtocolHandler()).getConnectionCount() - 1;
    }

    private static @Nullable ByteBuffer answer(byte[] request, int length, int keepAliveMillis) {
        String text = new String(request, 0, length, StandardCharsets.ISO_8859_1);
        return switch (text) {
            case FAST -> answer("fast");
            case LARGE -> answer("x".repeat(LARGE_BYTES));
            case String other when other.startsWith("GET /broken") -> throw new IllegalStateException("broken");
            default -> null;
        };
    }

    private static ByteBuffer answer(String body) {
        return StandardCharsets.ISO_8859_1.encode(
                "HTTP/1.1 200 \r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    private static final class Slow extends HttpServlet {

        private static final long serialVersionUID = 1L;

        @Override
        protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
            int bytes = request.getInputStream().readAllBytes().length;
            response.getWriter().print("slow " + request.getRequestURI() + " " + bytes);
        }
    }
}
