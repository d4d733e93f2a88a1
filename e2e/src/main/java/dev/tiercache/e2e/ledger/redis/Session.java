package dev.tiercache.e2e.ledger.redis;

import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A connection to a server that said it was the master. Thread-safe; commands are not queued without a connection. */
public final class Session {

    private final StatefulRedisConnection<String, String> connection;
    private final Address address;
    private final String server;

    private Session(StatefulRedisConnection<String, String> connection, Address address, String server) {
        this.connection = connection;
        this.address = address;
        this.server = server;
    }

    /**
     * Asks who is at the other end.
     *
     * @throws TryFailedException when it is no master, or does not answer in time; the connection is then the caller's to close
     */
    static Session over(StatefulRedisConnection<String, String> connection, Address address, Duration timeout)
            throws TryFailedException, InterruptedException {
        RedisAsyncCommands<String, String> commands = connection.async();
        Future<List<Object>> role = commands.role();
        Future<String> info = commands.info("server");
        List<Object> answer = await(role, timeout);
        if (!isMaster(answer)) {
            throw TryFailedException.of(
                    TryFailedException.NOT_MASTER, address + " says that it is " + answer.getFirst());
        }
        return new Session(connection, address, runId(info, address, timeout));
    }

    /** Whether the server still says that it is the master. */
    public boolean isMaster(Duration timeout) throws TryFailedException, InterruptedException {
        return isMaster(await(connection.async().role(), timeout));
    }

    /** Where it was connected to, as Sentinel or the URL named it. */
    public Address address() {
        return address;
    }

    /** The server's {@code run_id}, which is new after each start; its address where INFO is not allowed. */
    public String server() {
        return server;
    }

    /** Sets a key that expires after {@code ttl}; returns once it is acknowledged. */
    public void set(String key, String value, Duration ttl, Duration timeout)
            throws TryFailedException, InterruptedException {
        await(connection.async().set(key, value, SetArgs.Builder.ex(ttl.toSeconds())), timeout);
    }

    /** The value of a key, or null. */
    public @Nullable String get(String key, Duration timeout) throws TryFailedException, InterruptedException {
        return awaitNullable(connection.async().get(key), timeout);
    }

    /** The values of those keys that have one. */
    public Map<String, String> get(List<String> keys, Duration timeout)
            throws TryFailedException, InterruptedException {
        Map<String, String> values = new HashMap<>();
        for (KeyValue<String, String> pair : await(connection.async().mget(keys.toArray(String[]::new)), timeout)) {
            if (pair.hasValue()) {
                values.put(pair.getKey(), pair.getValue());
            }
        }
        return values;
    }

    /** Has this told once the connection is no more, at once if it is so already. */
    void onLost(Runnable lost) {
        connection.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> gone) {
                lost.run();
            }
        });
        if (!connection.isOpen()) {
            lost.run();
        }
    }

    void close() {
        if (connection.isOpen()) {
            var unused = connection.closeAsync();
        }
    }

    /** Closes it, and waits a little, so that who shuts down the client after it finds it closed. */
    void closeAndWait() {
        if (connection.isOpen()) {
            connection
                    .closeAsync()
                    .exceptionally(failure -> null)
                    .completeOnTimeout(null, 1, TimeUnit.SECONDS)
                    .join();
        }
    }

    private static boolean isMaster(List<Object> role) {
        return "master".equals(String.valueOf(role.getFirst()));
    }

    private static String runId(Future<String> info, Address address, Duration timeout)
            throws TryFailedException, InterruptedException {
        try {
            return await(info, timeout)
                    .lines()
                    .filter(line -> line.startsWith("run_id:"))
                    .map(line -> line.substring("run_id:".length()))
                    .findFirst()
                    .orElse(address.toString());
        } catch (TryFailedException e) {
            if (e.kind().equals("NOPERM")) {
                return address.toString();
            }
            throw e;
        }
    }

    static <T> T await(Future<T> answer, Duration timeout) throws TryFailedException, InterruptedException {
        T value = awaitNullable(answer, timeout);
        if (value == null) {
            throw TryFailedException.of("ERR", "an empty answer");
        }
        return value;
    }

    private static <T> @Nullable T awaitNullable(Future<T> answer, Duration timeout)
            throws TryFailedException, InterruptedException {
        try {
            return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw TryFailedException.of(e);
        }
    }
}
