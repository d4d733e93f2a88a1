package dev.tiercache.service.market.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A real server on loopback that answers with the files of a folder, or as badly as a test wants. */
public final class MarketServer implements AutoCloseable {

    /** How a question is answered. */
    @FunctionalInterface
    public interface Behaviour {
        /** Answers; the exchange is closed afterwards. */
        void answer(HttpExchange exchange) throws IOException;
    }

    private final Path folder;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> keys = new CopyOnWriteArrayList<>();
    private final AtomicInteger together = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private volatile Function<String, Behaviour> behaviour;

    /** Serves a folder as the source csv reads it, at once and well. */
    public MarketServer(Path folder) throws IOException {
        this.folder = folder;
        behaviour = path -> files();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** Where it is; data are below {@code /v1}. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
    }

    /** From now on all questions are answered so. */
    public void answer(Behaviour how) {
        behaviour = path -> how;
    }

    /** From now on questions whose path begins so are answered so, and others well. */
    public void answer(String start, Behaviour how) {
        behaviour = path -> path.startsWith("/v1" + start) ? how : files();
    }

    /**
     * A source that asks this server, with the limits of a running service but these.
     *
     * @param answer the longest that one question takes
     * @param fresh how old an answer may become, a portfolio too, before this server is asked again
     */
    public HttpMarketData source(Duration answer, Duration fresh) {
        HttpSourceLimits usual = HttpSourceLimits.of(128, Duration.ofDays(1));
        return new HttpMarketData(
                url(),
                () -> "",
                new HttpSourceLimits(
                        usual.connect(),
                        answer,
                        usual.attempts(),
                        usual.backoff(),
                        usual.concurrency(),
                        usual.bodyBytes(),
                        usual.open(),
                        fresh,
                        fresh,
                        usual.stale()),
                new SimpleMeterRegistry());
    }

    /** The paths asked for so far, below {@code /v1}, as they came. */
    public List<String> asked() {
        return asked;
    }

    /** The header {@code Authorization} of each question so far; empty where there was none. */
    public List<String> keys() {
        return keys;
    }

    /** How many questions that are answered {@link #after} a time or {@link #atOnce} were under way at once, at most. */
    public int most() {
        return most.get();
    }

    /** With the file, or 404. */
    public Behaviour files() {
        return exchange -> {
            String path = exchange.getRequestURI().getPath().substring("/v1/".length());
            Path file = folder.resolve(path + ".csv");
            if (Files.isRegularFile(file)) {
                send(exchange, 200, Files.readAllBytes(file));
            } else {
                send(exchange, 404, new byte[0]);
            }
        };
    }

    /** Well, but after a time. */
    public Behaviour after(Duration latency) {
        return exchange -> {
            // Until the answer leaves: who has it may ask the next question before this thread goes on.
            most.accumulateAndGet(together.incrementAndGet(), Math::max);
            try {
                pause(latency);
            } finally {
                together.decrementAndGet();
            }
            files().answer(exchange);
        };
    }

    /** Well, once the latch is down; at the latest after 5 s. */
    public Behaviour once(CountDownLatch down) {
        return exchange -> {
            try {
                var unused = down.await(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
            files().answer(exchange);
        };
    }

    /** Well, once so many questions are under way; at the latest after 5 s. */
    public Behaviour atOnce(int questions) {
        CountDownLatch missing = new CountDownLatch(questions);
        return exchange -> {
            most.accumulateAndGet(together.incrementAndGet(), Math::max);
            missing.countDown();
            once(missing).answer(exchange);
            together.decrementAndGet();
        };
    }

    /** With a status, a header and no data. */
    public static Behaviour status(int status, String... header) {
        return exchange -> {
            if (header.length == 2) {
                exchange.getResponseHeaders().set(header[0], header[1]);
            }
            send(exchange, status, "<html>not data</html>".getBytes(StandardCharsets.UTF_8));
        };
    }

    /** With this text. */
    public static Behaviour text(String text) {
        return exchange -> send(exchange, 200, text.getBytes(StandardCharsets.UTF_8));
    }

    /** With fewer bytes than announced. */
    public static Behaviour cutOff() {
        return exchange -> {
            exchange.sendResponseHeaders(200, 100_000);
            exchange.getResponseBody().write("date,close\n2025-11-20,1\n".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
        };
    }

    /** With rows that never end. */
    public Behaviour endless() {
        return exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream body = exchange.getResponseBody();
            byte[] block = "2025-11-20,1\n".repeat(1_000).getBytes(StandardCharsets.UTF_8);
            while (closed.getCount() > 0) {
                body.write(block);
            }
        };
    }

    /** With a head and then a byte every now and then. */
    public Behaviour dribbling() {
        return exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream body = exchange.getResponseBody();
            while (closed.getCount() > 0) {
                body.write('d');
                body.flush();
                pause(Duration.ofMillis(20));
            }
        };
    }

    /** Never. */
    public Behaviour silent() {
        return exchange -> pause(Duration.ofMinutes(1));
    }

    private void handle(HttpExchange exchange) {
        try (exchange) {
            String path = exchange.getRequestURI().getRawPath();
            asked.add(path.substring("/v1".length()));
            keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            behaviour.apply(path).answer(exchange);
        } catch (IOException e) {
            // The client has gone: what it does then is what is tested.
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    /** Ends early when the server is closed. */
    private void pause(Duration time) {
        try {
            boolean unused = closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
