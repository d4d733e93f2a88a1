package dev.tiercache.e2e.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Supplier;

/**
 * Lets a test watch a run and end it: {@code GET /summary} answers with the account so far, {@code POST /stop}
 * starts no more requests. A test can so disturb the server once load really flows, and stop once it recovered.
 */
public final class Control implements AutoCloseable {

    private final HttpServer server;

    /**
     * Listens at once.
     *
     * @param port 0 for any free one
     * @param summary the account so far, as JSON
     * @param stop returns at once; what it begins may take longer
     * @throws IOException when the port is taken
     */
    public Control(int port, Supplier<byte[]> summary, Runnable stop) throws IOException {
        server = HttpServer.create(new InetSocketAddress(port), 0);
        server.createContext("/summary", exchange -> answer(exchange, "GET", summary));
        server.createContext(
                "/stop",
                exchange -> answer(exchange, "POST", () -> {
                    stop.run();
                    return summary.get();
                }));
        server.start();
    }

    /** The port listened on. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static void answer(HttpExchange exchange, String method, Supplier<byte[]> body) throws IOException {
        try (exchange) {
            if (!exchange.getRequestMethod().equals(method)) {
                exchange.getResponseHeaders().set("Allow", method);
                exchange.sendResponseHeaders(405, -1);
                return;
            }
            byte[] bytes = body.get();
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
