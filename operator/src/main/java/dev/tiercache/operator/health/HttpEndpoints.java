package dev.tiercache.operator.health;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One small HTTP server for the kubelet and for Prometheus.
 *
 * <p>{@code /livez} answers as long as the process can answer: a watch that reconnects must not restart the operator.
 * {@code /readyz} answers 200 once every cache is filled, on a standby as well.
 */
public final class HttpEndpoints implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpEndpoints.class);
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String PLAIN = "text/plain; charset=utf-8";

    private final HttpServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    /** @param body what to send, with its status */
    private record Answer(int status, String contentType, String body) {}

    private HttpEndpoints(HttpServer server) {
        this.server = server;
    }

    /**
     * Starts the server.
     *
     * @param port where to listen on all addresses; 0 picks a free port
     * @param readiness why the operator is not ready, or an empty text when it is
     * @param metrics the metrics page
     * @throws IOException if the port cannot be bound
     */
    public static HttpEndpoints start(int port, Supplier<String> readiness, Supplier<String> metrics)
            throws IOException {
        var endpoints = new HttpEndpoints(HttpServer.create(new InetSocketAddress(port), 0));
        endpoints.serve("/livez", () -> new Answer(200, PLAIN, "ok\n"));
        endpoints.serve("/readyz", () -> {
            String waiting = readiness.get();
            return waiting.isEmpty() ? new Answer(200, PLAIN, "ok\n") : new Answer(503, PLAIN, waiting + "\n");
        });
        endpoints.serve("/metrics", () -> new Answer(200, PROMETHEUS_TEXT, metrics.get()));
        endpoints.server.setExecutor(endpoints.executor);
        endpoints.server.start();
        return endpoints;
    }

    /** The port that the server listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    private void serve(String path, Supplier<Answer> page) {
        server.createContext(path, exchange -> {
            try (exchange) {
                answer(exchange, path, page);
            }
        });
    }

    private static void answer(HttpExchange exchange, String path, Supplier<Answer> page) throws IOException {
        Answer answer;
        if (!exchange.getRequestURI().getPath().equals(path)) {
            answer = new Answer(404, PLAIN, "not found\n");
        } else {
            try {
                answer = page.get();
            } catch (RuntimeException failure) {
                LOG.atWarn().addKeyValue("path", path).setCause(failure).log("page failed");
                answer = new Answer(500, PLAIN, "failed\n");
            }
        }
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.contentType());
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(answer.status(), head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        executor.close();
    }
}
