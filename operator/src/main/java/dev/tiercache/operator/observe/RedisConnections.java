package dev.tiercache.operator.observe;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * One connection for each Redis pod, made when first needed and kept.
 *
 * <p>A connection that is authenticated stays so when the operator's password changes, which is what lets the operator
 * tell Redis the new one. Lettuce's own reconnection is off: whoever asks again gets a new connection.
 */
public final class RedisConnections implements AutoCloseable {
    private static final String CLIENT_NAME = "tiercache-operator";
    /** Events of a Sentinel after which another pod may be master, or none. */
    private static final String[] NEWS = {
        "+switch-master",
        "+sdown",
        "-sdown",
        "+odown",
        "-odown",
        "+tilt",
        "-tilt",
        "+try-failover",
        "+promoted-slave",
        "+failover-end",
        "-failover-abort-no-good-slave",
        "-failover-abort-not-elected",
        "-failover-abort-slave-timeout",
        "+slave",
        "+convert-to-slave"
    };

    private final ClientResources resources = DefaultClientResources.builder()
            .ioThreadPoolSize(2)
            .computationThreadPoolSize(2)
            .build();
    private final RedisClient client = RedisClient.create(resources);
    private final Map<String, StatefulRedisConnection<String, String>> byPod = new ConcurrentHashMap<>();
    private final Map<String, ReentrantLock> connectingTo = new ConcurrentHashMap<>();
    private final Consumer<String> onLost;
    private final Consumer<String> onNews;

    /**
     * @param onLost told the UID of a pod as soon as its connection breaks
     * @param onNews told the UID of a Sentinel's pod that says that something happened to the master
     */
    public RedisConnections(Consumer<String> onLost, Consumer<String> onNews) {
        this.onLost = onLost;
        this.onNews = onNews;
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .protocolVersion(ProtocolVersion.RESP3)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(Duration.ofSeconds(2))
                        .keepAlive(true)
                        .build())
                .build());
    }

    /**
     * The connection to a pod.
     *
     * @param deadline longest wait for a new connection
     * @throws RedisFailure if there is none within the deadline, or Redis refuses the user
     */
    public StatefulRedisConnection<String, String> to(RedisTarget target, Duration deadline) throws RedisFailure {
        var connecting = connectingTo.computeIfAbsent(target.podUid(), uid -> new ReentrantLock());
        lock(connecting, deadline);
        try {
            var known = byPod.get(target.podUid());
            if (known != null && known.isOpen()) {
                return known;
            }
            var fresh = connect(target, deadline);
            byPod.put(target.podUid(), fresh);
            return fresh;
        } finally {
            connecting.unlock();
        }
    }

    /** Two who ask at the same time must not make two connections, and one of them close the other's. */
    private static void lock(ReentrantLock connecting, Duration deadline) throws RedisFailure {
        try {
            if (!connecting.tryLock(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new RedisFailure(false, "no connection within " + deadline.toMillis() + " ms");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new RedisFailure(false, "interrupted");
        }
    }

    /** Drops the connection to a pod that is gone or that does not answer. */
    public void forget(String podUid) {
        connectingTo.remove(podUid);
        var known = byPod.remove(podUid);
        if (known != null) {
            closeQuietly(known);
        }
    }

    private StatefulRedisConnection<String, String> connect(RedisTarget target, Duration deadline) throws RedisFailure {
        var uri = RedisURI.builder()
                .withHost(target.host())
                .withPort(target.port())
                .withAuthentication(target.username(), target.password())
                .withTimeout(deadline)
                .withClientName(CLIENT_NAME)
                .build();
        CompletableFuture<? extends StatefulRedisConnection<String, String>> attempt = target.isSentinel()
                ? client.connectPubSubAsync(StringCodec.UTF8, uri)
                        .toCompletableFuture()
                        .thenApply(sentinel -> listen(sentinel, target))
                : client.connectAsync(StringCodec.UTF8, uri).toCompletableFuture();
        try {
            var connection = attempt.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
            connection.addListener(new RedisConnectionStateListener() {
                @Override
                public void onRedisConnected(RedisChannelHandler<?, ?> it, SocketAddress address) {}

                @Override
                public void onRedisDisconnected(RedisChannelHandler<?, ?> it) {
                    if (byPod.remove(target.podUid(), connection)) {
                        onLost.accept(target.podUid());
                    }
                }
            });
            return connection;
        } catch (ExecutionException failure) {
            throw RedisFailure.of(failure);
        } catch (TimeoutException late) {
            abandon(attempt);
            throw new RedisFailure(false, "no connection within " + deadline.toMillis() + " ms");
        } catch (InterruptedException interrupted) {
            abandon(attempt);
            Thread.currentThread().interrupt();
            throw new RedisFailure(false, "interrupted");
        }
    }

    /** With RESP3 a connection that is subscribed takes commands, too: one is enough to ask and to be told. */
    private StatefulRedisPubSubConnection<String, String> listen(
            StatefulRedisPubSubConnection<String, String> sentinel, RedisTarget target) {
        sentinel.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, String message) {
                onNews.accept(target.podUid());
            }
        });
        var unused = sentinel.async().subscribe(NEWS);
        return sentinel;
    }

    /** A connection that comes too late must not stay open unseen. */
    private static void abandon(CompletableFuture<? extends StatefulRedisConnection<String, String>> attempt) {
        var unused = attempt.whenComplete((connection, failure) -> {
            if (connection != null) {
                closeQuietly(connection);
            }
        });
    }

    private static void closeQuietly(StatefulRedisConnection<String, String> connection) {
        if (connection.isOpen()) {
            var unused = connection.closeAsync();
        }
    }

    @Override
    public void close() {
        byPod.keySet().forEach(this::forget);
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        var unused = resources.shutdown(0, 2, TimeUnit.SECONDS);
    }

    /** Redis could not be asked; the message is one line and holds no secret. */
    public static final class RedisFailure extends Exception {
        private final boolean refused;

        public RedisFailure(boolean refused, String reason) {
            super(reason);
            this.refused = refused;
        }

        /** Whether Redis answered, but does not accept the user. */
        public boolean refused() {
            return refused;
        }

        /** The last cause says what happened; the outer ones only say where. */
        static RedisFailure of(Throwable failure) {
            Throwable root = failure;
            boolean refused = false;
            while (true) {
                String message = root.getMessage();
                if (root instanceof RedisCommandExecutionException && message != null) {
                    refused = message.startsWith("WRONGPASS")
                            || message.startsWith("NOAUTH")
                            || message.startsWith("NOPERM");
                    break;
                }
                Throwable cause = root.getCause();
                if (cause == null || cause == root) {
                    break;
                }
                root = cause;
            }
            return new RedisFailure(refused, oneLine(root));
        }

        private static String oneLine(Throwable root) {
            String message = root.getMessage();
            String text = message == null || message.isBlank() ? root.getClass().getSimpleName() : message;
            return text.lines().findFirst().orElse(text);
        }
    }
}
