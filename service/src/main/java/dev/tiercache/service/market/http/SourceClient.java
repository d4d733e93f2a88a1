package dev.tiercache.service.market.http;

import dev.tiercache.service.market.MarketData.Kind;
import dev.tiercache.service.market.MarketDataException;
import dev.tiercache.service.market.http.Reply.Body;
import dev.tiercache.service.market.http.Reply.Failure;
import dev.tiercache.service.market.http.Reply.None;
import dev.tiercache.service.market.http.Reply.Outcome;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the source one question within one time limit, from the wait for a turn to the last byte.
 *
 * <p>Sent again, after a random pause, is only what may pass: connections that did not come up, 5xx, and 429. A pause that
 * the source asks for ({@code Retry-After}) holds for all questions: who cannot wait so long fails at once. When half of
 * the last twenty attempts found the source ill, a circuit breaker keeps questions back for a while and then tries three. Redirects are not
 * followed: the key belongs to this one place.
 */
final class SourceClient implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SourceClient.class);

    /** Takes a text apart; the name is for errors. */
    interface Parser<T> {
        T parse(String name, String text) throws MarketDataException;
    }

    private final URI base;
    private final ApiKey key;
    private final HttpSourceLimits limits;
    private final SourceMeters meters;
    private final HttpClient http;
    private final CircuitBreaker breaker;
    private final Semaphore turns;
    private volatile long pausedUntil = System.nanoTime();

    SourceClient(URI base, ApiKey key, HttpSourceLimits limits, SourceMeters meters) {
        this.base = base;
        this.key = key;
        this.limits = limits;
        this.meters = meters;
        turns = new Semaphore(limits.concurrency(), true);
        http = HttpClient.newBuilder()
                // An offer of HTTP/2 on a plain connection irritates servers; with TLS it costs nothing.
                .version("https".equals(base.getScheme()) ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(limits.connect())
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
        breaker = CircuitBreaker.of(
                "market-data",
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(20)
                        .minimumNumberOfCalls(10)
                        .failureRateThreshold(50)
                        .permittedNumberOfCallsInHalfOpenState(3)
                        .waitDurationInOpenState(limits.open())
                        .maxWaitDurationInHalfOpenState(limits.answer().multipliedBy(2))
                        .build());
        breaker.getEventPublisher()
                .onStateTransition(event -> LOG.warn(
                        "event=market_source_breaker state={}",
                        event.getStateTransition().getToState()));
        meters.breaker(breaker);
    }

    /**
     * Asks.
     *
     * @param path below the base, with everything encoded
     * @return empty where the source says that there is none
     */
    <T> Optional<T> ask(Kind kind, String path, Parser<T> parser) throws MarketDataException {
        long end = System.nanoTime() + limits.answer().toNanos();
        try {
            if (!turns.tryAcquire(left(end), TimeUnit.NANOSECONDS)) {
                meters.asked(kind, Outcome.NOT_SENT, limits.answer().toNanos());
                throw new MarketDataException(path + ": " + limits.concurrency()
                        + " questions are under way, and none ended within "
                        + limits.answer().toMillis() + " ms");
            }
            try {
                return ask(kind, path, parser, end);
            } finally {
                turns.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MarketDataException(path + ": interrupted", e);
        }
    }

    private <T> Optional<T> ask(Kind kind, String path, Parser<T> parser, long end)
            throws MarketDataException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            long start = System.nanoTime();
            Reply reply = attempt(path, end);
            Outcome outcome = reply.outcome();
            try {
                switch (reply) {
                    case Body(byte[] bytes) -> {
                        try {
                            return Optional.of(parser.parse(path, text(path, bytes)));
                        } catch (MarketDataException e) {
                            outcome = Outcome.UNUSABLE;
                            throw new MarketDataException(OneLine.of(String.valueOf(e.getMessage())), e);
                        }
                    }
                    case None none -> {
                        return Optional.empty();
                    }
                    case Failure failure -> {
                        Duration pause = pause(failure, attempt);
                        if (!failure.mayPass() || attempt == limits.attempts() || pause.toNanos() >= left(end)) {
                            throw new MarketDataException(
                                    path + ": " + OneLine.of(failure.reason()), failure.retryAfter());
                        }
                        meters.asked(kind, outcome, System.nanoTime() - start);
                        outcome = null;
                        Thread.sleep(pause);
                    }
                }
            } finally {
                if (outcome != null) {
                    meters.asked(kind, outcome, System.nanoTime() - start);
                }
            }
        }
    }

    /** What the source asks for, and a random part so that not everybody comes back at once. */
    private Duration pause(Failure failure, int attempt) {
        long most = limits.backoff().toNanos() << (attempt - 1);
        return failure.retryAfter().plusNanos(ThreadLocalRandom.current().nextLong(most + 1));
    }

    private Reply attempt(String path, long end) throws MarketDataException, InterruptedException {
        Duration paused = Duration.ofNanos(Math.max(0, pausedUntil - System.nanoTime()));
        if (paused.isPositive()) {
            return new Failure(Outcome.NOT_SENT, "the source has asked for a pause", true, paused);
        }
        HttpRequest request = request(path);
        if (!breaker.tryAcquirePermission()) {
            return new Failure(Outcome.NOT_SENT, "not asked, after many failures", false, limits.open());
        }
        long start = System.nanoTime();
        Reply reply = null;
        try {
            reply = send(request, end);
            return reply;
        } finally {
            record(reply, System.nanoTime() - start);
        }
    }

    /**
     * Counts for the breaker whether the source is ill. It is not when it refuses: users choose symbols, and one who asks
     * for what the source will not give must not close it to all others.
     */
    private void record(@Nullable Reply reply, long nanos) {
        switch (reply) {
            case null -> breaker.releasePermission();
            case Failure failure when failure.outcome() == Outcome.LIMITED -> breaker.releasePermission();
            case Failure failure
            when failure.ill() -> breaker.onError(nanos, TimeUnit.NANOSECONDS, new IOException(failure.reason()));
            case Failure failure -> breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
            case Body body -> breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
            case None none -> breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
        }
    }

    private HttpRequest request(String path) throws MarketDataException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).header("Accept", "text/csv");
        String secret = key.now();
        if (!secret.isEmpty()) {
            request.header("Authorization", "Bearer " + secret);
        }
        return request.build();
    }

    private Reply send(HttpRequest request, long end) throws InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> exchange = http.sendAsync(request, body());
        try {
            return reply(exchange.get(left(end), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return new Failure(
                    Outcome.TIMEOUT, "no whole answer within " + limits.answer().toMillis() + " ms");
        } catch (ExecutionException e) {
            return failure(e.getCause());
        } finally {
            // Also when interrupted: what nobody waits for is not read to its end.
            exchange.cancel(true);
        }
    }

    /** The bytes of an answer with data; of others, none. */
    private BodyHandler<byte[]> body() {
        return head -> head.statusCode() == 200
                ? BodySubscribers.limiting(BodySubscribers.ofByteArray(), limits.bodyBytes())
                : BodySubscribers.replacing(new byte[0]);
    }

    private Reply reply(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        return switch (status) {
            case 200 -> new Body(response.body());
            case 404 -> new None();
            case 401, 403 ->
                new Failure(
                        Outcome.REFUSED, "the source answered " + status + ": it does not accept MARKET_DATA_API_KEY");
            case 429 -> {
                Duration wait = retryAfter(response);
                pausedUntil = System.nanoTime() + wait.toNanos();
                yield new Failure(Outcome.LIMITED, "the source answered 429: too many questions", true, wait);
            }
            case 301, 302, 303, 307, 308 ->
                new Failure(
                        Outcome.ERROR,
                        "the source answered " + status
                                + ": redirects are not followed, MARKET_DATA_URL must be the place itself");
            default -> new Failure(Outcome.ERROR, "the source answered " + status, status >= 500, retryAfter(response));
        };
    }

    private static Duration retryAfter(HttpResponse<?> response) {
        return RetryAfter.of(response.headers().firstValue("Retry-After"), Instant.now());
    }

    private Failure failure(@Nullable Throwable cause) {
        String reason = cause == null ? "no reason" : cause.toString();
        return cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException
                ? new Failure(Outcome.UNREACHABLE, "no connection: " + reason, true, Duration.ZERO)
                : new Failure(
                        Outcome.UNUSABLE,
                        "the answer could not be read whole, at most " + limits.bodyBytes() + " bytes: " + reason);
    }

    private static String text(String path, byte[] bytes) throws MarketDataException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MarketDataException(path + " is not UTF-8", e);
        }
    }

    private static long left(long end) {
        return Math.max(0, end - System.nanoTime());
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
