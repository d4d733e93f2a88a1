package dev.tiercache.service.cache.l2.redis;

import dev.tiercache.service.cache.metrics.CacheMeters;
import dev.tiercache.service.cache.metrics.CacheMeters.Operation;
import dev.tiercache.service.cache.metrics.CacheMeters.Outcome;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One connection from its handshake to its end: asks with a deadline, and notices when answers stop coming. */
final class RedisSession implements AutoCloseable {

    private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(500);

    private final StatefulRedisConnection<String, byte[]> connection;
    private final CacheMeters meters;
    private final Runnable broken;
    private final Refusals refusals = new Refusals();
    private final Silence silence = new Silence();
    private final AtomicInteger underWay = new AtomicInteger();
    private @Nullable CompletableFuture<Void> closing;
    private volatile boolean scripts;
    private volatile boolean clock;

    /**
     * Wraps a connection.
     *
     * @param broken called, perhaps several times and on any thread, when the connection is of no use any more
     */
    RedisSession(StatefulRedisConnection<String, byte[]> connection, CacheMeters meters, Runnable broken) {
        this.connection = connection;
        this.meters = meters;
        this.broken = broken;
    }

    /**
     * Asks and waits.
     *
     * @throws TimeoutException when no answer came in time
     * @throws ExecutionException when Redis answered with an error, or the command could not be sent
     * @throws InterruptedException when the caller is interrupted
     */
    <T> T ask(
            Operation operation,
            Duration timeout,
            Function<RedisAsyncCommands<String, byte[]>, CompletionStage<T>> command)
            throws TimeoutException, ExecutionException, InterruptedException {
        long start = System.nanoTime();
        underWay.incrementAndGet();
        var answer = send(command).toCompletableFuture();
        try {
            T value = answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            settle(operation, Outcome.OK, start, timeout);
            return value;
        } catch (TimeoutException e) {
            answer.cancel(false);
            settle(operation, Outcome.TIMEOUT, start, timeout);
            throw e;
        } catch (ExecutionException e) {
            settle(operation, Outcome.ERROR, start, timeout);
            noteError(operation, e.getCause());
            throw e;
        } catch (InterruptedException e) {
            underWay.decrementAndGet();
            throw e;
        }
    }

    /** Asks and does not wait; {@code done} is told what went wrong, null when nothing. */
    <T> void tell(
            Operation operation,
            Duration timeout,
            Function<RedisAsyncCommands<String, byte[]>, CompletionStage<T>> command,
            Consumer<@Nullable Throwable> done) {
        long start = System.nanoTime();
        underWay.incrementAndGet();
        var unused = send(command)
                .toCompletableFuture()
                .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                .whenComplete((value, thrown) -> {
                    Throwable failure = thrown instanceof CompletionException ? thrown.getCause() : thrown;
                    Outcome outcome = failure == null
                            ? Outcome.OK
                            : failure instanceof TimeoutException ? Outcome.TIMEOUT : Outcome.ERROR;
                    settle(operation, outcome, start, timeout);
                    noteError(operation, failure);
                    done.accept(failure);
                });
    }

    /** Has Redis tell of every change by others under these prefixes. Changes by this connection's own commands are not told. */
    void track(String[] keyPrefixes, Duration timeout)
            throws TimeoutException, ExecutionException, InterruptedException {
        // A prefix cannot be replaced, only added to: off first.
        await(connection.async().clientTracking(TrackingArgs.Builder.enabled(false)), timeout);
        await(
                connection
                        .async()
                        .clientTracking(TrackingArgs.Builder.enabled()
                                .bcast()
                                .prefixes(keyPrefixes)
                                .noloop()),
                timeout);
    }

    /** Tries what a user may not be allowed to do, so that it is known before it is needed. */
    void explore(Duration timeout) throws TimeoutException, ExecutionException, InterruptedException {
        scripts = allowed(connection.async().eval("return 1", ScriptOutputType.INTEGER, new String[0]), timeout);
        clock = allowed(connection.async().time(), timeout);
    }

    private static boolean allowed(CompletionStage<?> command, Duration timeout)
            throws TimeoutException, ExecutionException, InterruptedException {
        try {
            var unused = await(command, timeout);
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RedisCommandExecutionException) {
                return false;
            }
            throw e;
        }
    }

    /** Whether scripts may be run, as {@link #explore} found. */
    boolean scripts() {
        return scripts;
    }

    /**
     * A sign of life.
     *
     * @return what Redis' clock shows, µs since the epoch; 0 where it may not be asked
     */
    long heartbeat(Duration timeout) throws TimeoutException, ExecutionException, InterruptedException {
        if (!clock) {
            String unused = ask(Operation.PING, timeout, commands -> commands.ping());
            return 0;
        }
        List<byte[]> time = ask(Operation.PING, timeout, commands -> commands.time());
        return Long.parseLong(text(time.get(0))) * 1_000_000 + Long.parseLong(text(time.get(1)));
    }

    /** What Redis says it is: {@code master} or {@code slave}; empty where the user may not ask. */
    String role(Duration timeout) throws TimeoutException, ExecutionException, InterruptedException {
        try {
            List<Object> role = await(connection.async().role(), timeout);
            return role.isEmpty() ? "" : text(role.getFirst());
        } catch (ExecutionException e) {
            // ROLE counts as dangerous, and a user without it can read and write all the same.
            if (isError(e.getCause(), "NOPERM")) {
                return "";
            }
            throw e;
        }
    }

    /** Logs in again on the same connection, with a new password. */
    void login(RedisEndpoint.Credentials credentials, Duration timeout)
            throws TimeoutException, ExecutionException, InterruptedException {
        String user = credentials.username().isEmpty() ? "default" : credentials.username();
        await(connection.async().auth(user, credentials.password()), timeout);
    }

    /** Whether Redis refused the last command of this kind: no rights, no memory. */
    boolean refuses(Operation operation) {
        return refusals.has(operation);
    }

    /** What Redis refuses at present, and why; empty when nothing. */
    String refusal() {
        return refusals.first();
    }

    /** How many commands wait for their answer. */
    int underWay() {
        return underWay.get();
    }

    boolean open() {
        return connection.isOpen();
    }

    /** Closes the connection without waiting: what is under way fails at once. */
    void abort() {
        var unused = closing();
    }

    /** Closes the connection; waits a little, so that who shuts down the client after it finds it closed. */
    @Override
    public void close() {
        try {
            await(closing(), CLOSE_TIMEOUT);
        } catch (TimeoutException | ExecutionException e) {
            // It is of no use either way.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized CompletableFuture<Void> closing() {
        if (closing == null) {
            closing = connection.closeAsync();
        }
        return closing;
    }

    private static <T> T await(CompletionStage<T> stage, Duration timeout)
            throws TimeoutException, ExecutionException, InterruptedException {
        return stage.toCompletableFuture().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    private <T> CompletionStage<T> send(Function<RedisAsyncCommands<String, byte[]>, CompletionStage<T>> command) {
        try {
            return command.apply(connection.async());
        } catch (RuntimeException e) {
            // A full queue is thrown, not returned.
            return CompletableFuture.failedStage(e);
        }
    }

    private void settle(Operation operation, Outcome outcome, long start, Duration timeout) {
        underWay.decrementAndGet();
        meters.l2Latency(operation, outcome, System.nanoTime() - start);
        if (outcome == Outcome.OK) {
            silence.broken();
            refusals.carriedOut(operation);
        } else if (outcome == Outcome.TIMEOUT && silence.goesOn(start, timeout)) {
            broken.run();
        }
    }

    private void noteError(Operation operation, @Nullable Throwable failure) {
        // WRONGTYPE is about one key.
        if (failure instanceof RedisCommandExecutionException && !isError(failure, "WRONGTYPE")) {
            refusals.refused(operation, RedisLink.reason(failure));
        }
        // A master that became a replica refuses writes: another one has to be looked up.
        if (isError(failure, "READONLY")) {
            broken.run();
        }
    }

    /** Whether Redis answered with an error of this kind: the first word of its message, or of what a script met. */
    static boolean isError(@Nullable Throwable failure, String kind) {
        return failure instanceof RedisCommandExecutionException e
                && e.getMessage() != null
                && (e.getMessage().startsWith(kind + " ") || e.getMessage().contains("-" + kind + " "));
    }

    /** Whether Redis said no; not so when it could not answer, or answers for the time being only. */
    static boolean refused(@Nullable Throwable failure) {
        return failure instanceof RedisCommandExecutionException
                && !isError(failure, "READONLY")
                && !isError(failure, "LOADING")
                && !isError(failure, "BUSY");
    }

    private static String text(Object value) {
        return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.US_ASCII) : String.valueOf(value);
    }
}
