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
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the source one question within one time limit, from the wait for a turn to the last byte.
 *
 * <p>Sent again, after a random pause, is only what may pass: connections that did not come up, 5xx, and 429. The pause
 * that a 429 asks for ({@code Retry-After}) holds for all questions; who cannot wait as long as an answer asks for fails
 * at once. When half of the last ten to twenty questions found the source ill, a circuit breaker keeps questions back for
 * a while and then tries three. Redirects are not followed: the key belongs to this one place.
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
    private final Turns turns;
    private final Turns portfolioTurns;
    private final AtomicLong pausedUntil = new AtomicLong(System.nanoTime());

    SourceClient(URI base, ApiKey key, HttpSourceLimits limits, SourceMeters meters) {
        this.base = base;
        this.key = key;
        this.limits = limits;
        this.meters = meters;
        // Anybody may ask for portfolios, before all limits: they must not take the turns of the reports.
        portfolioTurns = new Turns(Math.max(1, limits.concurrency() / 4));
        turns = new Turns(limits.concurrency());
        http = HttpClient.newBuilder()
                // By HTTP/2, this client fails questions beyond what one connection may carry at once.
                .version(HttpClient.Version.HTTP_1_1)
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
        meters.waiting(() -> turns.waiting() + portfolioTurns.waiting());
    }

    /**
     * Asks.
     *
     * @param path below the base, with everything encoded
     * @return empty where the source says that there is none
     */
    <T> Optional<T> ask(Kind kind, String path, Parser<T> parser) throws MarketDataException {
        long start = System.nanoTime();
        long end = start + limits.answer().toNanos();
        try (Turns.Turn turn = (kind == Kind.PORTFOLIO ? portfolioTurns : turns).take(limits.answer())) {
            if (turn.missed()) {
                meters.asked(kind, Outcome.NOT_SENT, System.nanoTime() - start);
                throw new MarketDataException(path + ": too many questions wait, and none of their turns came within "
                        + limits.answer().toMillis() + " ms");
            }
            return askNow(kind, path, parser, end);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MarketDataException(path + ": interrupted", e);
        }
    }

    private <T> Optional<T> askNow(Kind kind, String path, Parser<T> parser, long end)
            throws MarketDataException, InterruptedException {
        long start = System.nanoTime();
        Reply reply = null;
        Outcome outcome = Outcome.NOT_SENT;
        try {
            reply = lastReply(kind, path, end);
            outcome = reply.outcome();
            return switch (reply) {
                case Body(byte[] bytes) -> Optional.of(parser.parse(path, text(path, bytes)));
                case None none -> Optional.empty();
                case Failure failure ->
                    throw new MarketDataException(path + ": " + OneLine.of(failure.reason()), failure.retryAfter());
            };
        } catch (MarketDataException e) {
            if (reply instanceof Body) {
                outcome = Outcome.UNUSABLE;
                throw new MarketDataException(OneLine.of(String.valueOf(e.getMessage())), e);
            }
            throw e;
        } finally {
            meters.asked(kind, outcome, System.nanoTime() - start);
        }
    }

    /** The reply of the last attempt; of those before it, only the meters tell. */
    private Reply lastReply(Kind kind, String path, long end) throws MarketDataException, InterruptedException {
        HttpRequest request = request(path);
        if (!breaker.tryAcquirePermission()) {
            return new Failure(Outcome.NOT_SENT, "not asked, after many failures", limits.open());
        }
        long start = System.nanoTime();
        Reply reply = null;
        try {
            for (int attempt = 1; ; attempt++) {
                long sent = System.nanoTime();
                reply = attempt(request, end);
                if (!(reply instanceof Failure failure) || !failure.mayPass() || attempt == limits.attempts()) {
                    return reply;
                }
                Duration pause = pause(failure, attempt);
                if (pause.toNanos() >= left(end)) {
                    return reply;
                }
                meters.asked(kind, failure.outcome(), System.nanoTime() - sent);
                Thread.sleep(pause);
            }
        } finally {
            record(reply, System.nanoTime() - start);
        }
    }

    /** What the source asks for, and a random part so that not everybody comes back at once. */
    private Duration pause(Failure failure, int attempt) {
        long most = limits.backoff().toNanos() << (attempt - 1);
        return failure.retryAfter().plusNanos(ThreadLocalRandom.current().nextLong(most + 1));
    }

    private Reply attempt(HttpRequest request, long end) throws InterruptedException {
        Duration paused = Duration.ofNanos(Math.max(0, pausedUntil.get() - System.nanoTime()));
        return paused.isPositive()
                ? new Failure(Outcome.NOT_SENT, "the source has asked for a pause", paused).thatMayPass()
                : send(request, end);
    }

    /**
     * Counts for the breaker whether the source is ill. It is not when it refuses: users choose symbols, and one who asks
     * for what the source will not give must not close it to all others.
     */
    private void record(@Nullable Reply reply, long nanos) {
        switch (reply) {
            case null -> breaker.releasePermission();
            case Failure failure
            when failure.outcome() == Outcome.LIMITED || failure.outcome() == Outcome.NOT_SENT ->
                breaker.releasePermission();
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
        long time = left(end);
        CompletableFuture<HttpResponse<byte[]>> exchange = http.sendAsync(request, body());
        try {
            return reply(exchange.get(time, TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            Failure late = new Failure(
                    Outcome.TIMEOUT, "no whole answer within " + limits.answer().toMillis() + " ms");
            // Where most of the time went by before it was sent, that says nothing of the source.
            return time * 2 >= limits.answer().toNanos() ? late.ofAnIllSource() : late;
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
                long until = System.nanoTime() + wait.toNanos();
                pausedUntil.accumulateAndGet(until, (one, other) -> one - other > 0 ? one : other);
                yield new Failure(Outcome.LIMITED, "the source answered 429: too many questions", wait).thatMayPass();
            }
            case 301, 302, 303, 307, 308 ->
                new Failure(
                        Outcome.ERROR,
                        "the source answered " + status
                                + ": redirects are not followed, MARKET_DATA_URL must be the place itself");
            default -> {
                Failure failure = new Failure(Outcome.ERROR, "the source answered " + status, retryAfter(response));
                yield status >= 500 ? failure.thatMayPass().ofAnIllSource() : failure;
            }
        };
    }

    private static Duration retryAfter(HttpResponse<?> response) {
        return RetryAfter.of(response.headers().firstValue("Retry-After"), Instant.now());
    }

    private Failure failure(@Nullable Throwable cause) {
        String reason = String.valueOf(cause);
        return switch (cause) {
            case ConnectException e -> unreachable(reason);
            case HttpConnectTimeoutException e -> unreachable(reason);
            // Trying again makes a certificate no better.
            case SSLException e ->
                new Failure(Outcome.UNREACHABLE, "no TLS connection, see the certificate of the source: " + reason)
                        .ofAnIllSource();
            case IOException e
            when isTooLong(e) ->
                new Failure(Outcome.UNUSABLE, "the answer has more than " + limits.bodyBytes() + " bytes");
            case null, default ->
                new Failure(Outcome.UNUSABLE, "the answer could not be read whole: " + reason).ofAnIllSource();
        };
    }

    private static Failure unreachable(String reason) {
        return new Failure(Outcome.UNREACHABLE, "no connection: " + reason)
                .thatMayPass()
                .ofAnIllSource();
    }

    /** As {@link BodySubscribers#limiting} says it. */
    private static boolean isTooLong(IOException e) {
        return String.valueOf(e.getMessage()).startsWith("body exceeds capacity");
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
