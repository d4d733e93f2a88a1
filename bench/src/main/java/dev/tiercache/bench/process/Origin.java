package dev.tiercache.bench.process;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** What all servers fetch from when they have nothing: the same bytes for every path, after a time, counted by path. */
public final class Origin implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final byte[] body;
    private final Duration delay;
    private final Map<String, LongAdder> calls = new ConcurrentHashMap<>();

    /** Starts one on a free port of the loopback. */
    public Origin(byte[] body, Duration delay) {
        this.body = body.clone();
        this.delay = delay;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /** Its port. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** How often a path, with its query, was asked for. */
    public long calls(String path) {
        LongAdder count = calls.get(path);
        return count == null ? 0 : count.sum();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().toString();
            calls.computeIfAbsent(path, _ -> new LongAdder()).increment();
            long end = System.nanoTime() + delay.toNanos();
            for (long left = delay.toNanos(); left > 0; left = end - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.getResponseHeaders().set("Cache-Control", "max-age=3600");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
