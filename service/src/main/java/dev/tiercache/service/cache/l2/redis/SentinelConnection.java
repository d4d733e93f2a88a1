package dev.tiercache.service.cache.l2.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.MapOutput;
import io.lettuce.core.output.ValueListOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A connection to one Sentinel: asks it who is master, and hears when that changes. */
final class SentinelConnection implements AutoCloseable {

    /** A Sentinel that takes longer to answer is as good as dead: there are others. */
    private static final Duration TIMEOUT = Duration.ofMillis(300);

    private static final StringCodec CODEC = StringCodec.ASCII;
    private static final String SWITCHED = "+switch-master";

    private final StatefulRedisPubSubConnection<String, String> connection;

    /**
     * A master, as a Sentinel has it.
     *
     * @param host its name or address
     * @param port its port
     * @param epoch grows with each failover; {@link #UNKNOWN} where the Sentinel does not tell
     */
    record Master(String host, int port, long epoch) {
        static final long UNKNOWN = -1;

        boolean sameAddress(Master other) {
            return port == other.port && host.equals(other.host);
        }

        /** Whether a Sentinel that says so has missed a failover that the one who said the other has not. */
        boolean before(Master other) {
            return epoch != UNKNOWN && epoch < other.epoch;
        }
    }

    private SentinelConnection(StatefulRedisPubSubConnection<String, String> connection) {
        this.connection = connection;
    }

    /**
     * Connects and logs in.
     *
     * @param timeout the longest wait
     * @throws TimeoutException when that takes too long
     * @throws ExecutionException when it is refused, by the network or by the Sentinel
     * @throws InterruptedException when the caller is interrupted
     */
    static SentinelConnection open(RedisClient client, RedisURI sentinel, Duration timeout)
            throws TimeoutException, ExecutionException, InterruptedException {
        CompletableFuture<StatefulRedisPubSubConnection<String, String>> connecting =
                client.connectPubSubAsync(CODEC, sentinel).toCompletableFuture();
        try {
            return new SentinelConnection(connecting.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException | InterruptedException e) {
            // It may still come: then it is not wanted.
            var unused = connecting.thenCompose(StatefulRedisPubSubConnection::closeAsync);
            throw e;
        }
    }

    /**
     * Has a listener told, on the connection's thread, when some master changed.
     *
     * @throws TimeoutException when no answer came in time
     * @throws ExecutionException when the Sentinel refused
     * @throws InterruptedException when the caller is interrupted
     */
    void onSwitch(Runnable listener) throws TimeoutException, ExecutionException, InterruptedException {
        connection.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, String message) {
                listener.run();
            }
        });
        await(connection.async().subscribe(SWITCHED));
    }

    /**
     * Asks who is master.
     *
     * @return null when the Sentinel knows no master of that name
     * @throws TimeoutException when no answer came in time
     * @throws ExecutionException when the Sentinel refused
     * @throws InterruptedException when the caller is interrupted
     */
    @Nullable
    Master master(String name) throws TimeoutException, ExecutionException, InterruptedException {
        // The epoch first: then the address is at least as new. Both at once, for one round trip.
        Future<Map<String, String>> details =
                connection.async().dispatch(CommandType.SENTINEL, new MapOutput<>(CODEC), arguments("MASTER", name));
        Future<List<String>> address = connection
                .async()
                .dispatch(
                        CommandType.SENTINEL, new ValueListOutput<>(CODEC), arguments("GET-MASTER-ADDR-BY-NAME", name));
        List<String> hostAndPort = await(address);
        if (hostAndPort == null || hostAndPort.size() != 2) {
            return null;
        }
        return new Master(hostAndPort.getFirst(), Integer.parseInt(hostAndPort.getLast()), epoch(details));
    }

    private static long epoch(Future<Map<String, String>> details)
            throws TimeoutException, ExecutionException, InterruptedException {
        try {
            return Long.parseLong(await(details).getOrDefault("config-epoch", ""));
        } catch (ExecutionException e) {
            // A user may be allowed to ask for the address only.
            if (e.getCause() instanceof RedisCommandExecutionException) {
                return Master.UNKNOWN;
            }
            throw e;
        } catch (NumberFormatException e) {
            return Master.UNKNOWN;
        }
    }

    boolean isOpen() {
        return connection.isOpen();
    }

    /** Closes it, and waits a little, so that who shuts down the client after it finds it closed. */
    @Override
    public void close() {
        connection
                .closeAsync()
                .exceptionally(failure -> null)
                .completeOnTimeout(null, TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    private static CommandArgs<String, String> arguments(String subcommand, String name) {
        return new CommandArgs<>(CODEC).add(subcommand).add(name);
    }

    private static <T> T await(Future<T> answer) throws TimeoutException, ExecutionException, InterruptedException {
        return answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }
}
