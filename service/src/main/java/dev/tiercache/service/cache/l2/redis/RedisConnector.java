package dev.tiercache.service.cache.l2.redis;

import dev.tiercache.service.cache.metrics.CacheMeters;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.KeepAliveOptions;
import io.lettuce.core.SocketOptions.TcpUserTimeoutOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.push.PushMessage;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.EpollProvider;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections to Redis. Each looks up the name (or asks Sentinel), the password and the certificate anew.
 *
 * <p>Lettuce does not reconnect by itself here: a connection is only good when invalidations are armed on it, and only
 * {@link RedisLink} knows that. Commands on a dead connection are refused at once instead of waiting for a new one.
 */
final class RedisConnector implements AutoCloseable {

    /** A handshake, name lookup included, takes no longer. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    /** One that takes longer may be lost: another is begun beside it. */
    private static final Duration STAGGER = Duration.ofMillis(400);

    /** Told on the connection's thread, so it must not block. */
    interface Invalidations {
        /** This key was changed, or deleted, or it expired. */
        void key(String key);

        /** Everything is gone. */
        void all();
    }

    private static final Duration TCP_CONNECT_TIMEOUT = Duration.ofMillis(500);
    static final int MAX_QUEUED_COMMANDS = 1024;
    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.ASCII, ByteArrayCodec.INSTANCE);

    private final RedisEndpoint endpoint;
    private final CacheMeters meters;
    private final ClientResources resources;
    private final RedisClient client;
    private final @Nullable TrustFile trust;
    private final @Nullable Sentinels sentinels;
    private final ConnectRace<StatefulRedisConnection<String, byte[]>> race =
            new ConnectRace<>(STAGGER, CONNECT_TIMEOUT, RedisConnector::discard);
    private volatile Runnable moved = () -> {};

    RedisConnector(RedisEndpoint endpoint, CacheMeters meters) {
        this.endpoint = endpoint;
        this.meters = meters;
        this.resources = DefaultClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .nettyCustomizer(new SharedFlushes())
                .build();
        this.client = RedisClient.create(resources);
        this.trust = endpoint.caFile() == null ? null : new TrustFile(endpoint.caFile());
        List<RedisURI> addresses = endpoint.uri().getSentinels();
        this.sentinels = addresses.isEmpty()
                ? null
                : new Sentinels(
                        endpoint.uri().getSentinelMasterId(),
                        addresses.size(),
                        (index, timeout) ->
                                SentinelConnection.open(fresh(), sentinel(addresses.get(index), timeout), timeout),
                        () -> moved.run());
    }

    /** Begins to listen to Sentinel where there is one; {@code onMove} is called when another Redis became master. */
    void start(Runnable onMove) {
        moved = onMove;
        if (sentinels != null) {
            sentinels.start();
        }
    }

    /**
     * Connects and logs in.
     *
     * @param invalidations told of changes
     * @param broken called when the connection is of no use any more
     * @param abandoned ends the attempt when completed
     * @throws TimeoutException when that takes too long
     * @throws ExecutionException when it is refused, by the network or by Redis
     * @throws InterruptedException when the caller is interrupted
     */
    RedisSession open(Invalidations invalidations, Runnable broken, CompletableFuture<Void> abandoned)
            throws TimeoutException, ExecutionException, InterruptedException {
        StatefulRedisConnection<String, byte[]> connection = race.run(this::connect, abandoned);
        connection.addListener(message -> onPush(message, invalidations));
        connection.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> gone) {
                broken.run();
            }
        });
        return new RedisSession(connection, meters, broken);
    }

    /** Whether the service trusts others by now than when it last connected to Redis. */
    boolean trustChanged() {
        return trust != null && trust.changed();
    }

    /** The login to use now. */
    RedisEndpoint.Credentials credentials() {
        return endpoint.credentials().get();
    }

    @Override
    public void close() {
        if (sentinels != null) {
            sentinels.close();
        }
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        var unused = resources.shutdown(0, 2, TimeUnit.SECONDS);
    }

    private CompletableFuture<StatefulRedisConnection<String, byte[]>> connect()
            throws ExecutionException, InterruptedException {
        RedisURI uri = redis();
        if (trust != null) {
            trust.remember();
        }
        return fresh().connectAsync(CODEC, uri).toCompletableFuture();
    }

    private static void discard(StatefulRedisConnection<?, ?> late) {
        var unused = late.closeAsync();
    }

    /** The client, with what the certificate file says now. */
    private synchronized RedisClient fresh() throws ExecutionException {
        client.setOptions(options());
        return client;
    }

    private RedisURI redis() throws ExecutionException, InterruptedException {
        RedisURI given = endpoint.uri();
        RedisURI uri;
        if (sentinels == null) {
            uri = RedisURI.builder(given).build();
        } else {
            SentinelConnection.Master master = sentinels.master();
            uri = RedisURI.Builder.redis(master.host(), master.port())
                    .withDatabase(given.getDatabase())
                    .withSsl(given)
                    .build();
        }
        return with(uri, credentials(), CONNECT_TIMEOUT);
    }

    private RedisURI sentinel(RedisURI address, Duration timeout) {
        return with(
                RedisURI.builder(address).build(),
                endpoint.sentinelCredentials().get(),
                timeout);
    }

    private static RedisURI with(RedisURI uri, RedisEndpoint.Credentials login, Duration timeout) {
        uri.setTimeout(timeout);
        uri.setClientName("tiercache");
        uri.setCredentialsProvider(RedisCredentialsProvider.from(() -> RedisCredentials.just(
                login.username().isEmpty() ? null : login.username(),
                login.password().isEmpty() ? null : login.password())));
        return uri;
    }

    private ClientOptions options() throws ExecutionException {
        SocketOptions.Builder socket = SocketOptions.builder()
                .connectTimeout(TCP_CONNECT_TIMEOUT)
                .tcpNoDelay(true)
                .keepAlive(KeepAliveOptions.builder()
                        .enable()
                        .idle(Duration.ofSeconds(5))
                        .interval(Duration.ofSeconds(2))
                        .count(3)
                        .build());
        if (EpollProvider.isAvailable()) {
            socket.tcpUserTimeout(TcpUserTimeoutOptions.builder()
                    .enable()
                    .tcpUserTimeout(Duration.ofSeconds(5))
                    .build());
        }
        ClientOptions.Builder options = ClientOptions.builder()
                .protocolVersion(ProtocolVersion.RESP3)
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MAX_QUEUED_COMMANDS)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .socketOptions(socket.build());
        if (trust != null) {
            byte[] authorities = trust.load();
            options.sslOptions(SslOptions.builder()
                    .jdkSslProvider()
                    .trustManager(() -> new ByteArrayInputStream(authorities))
                    .handshakeTimeout(CONNECT_TIMEOUT)
                    .build());
        }
        return options.build();
    }

    /** RESP3 push {@code invalidate}: a list of keys, or nothing after FLUSHALL and FLUSHDB. */
    private static void onPush(PushMessage message, Invalidations invalidations) {
        if (!message.getType().equals("invalidate")) {
            return;
        }
        List<Object> content = message.getContent(StringCodec.ASCII::decodeKey);
        if (content.size() > 1 && content.get(1) instanceof List<?> keys) {
            keys.forEach(key -> invalidations.key(String.valueOf(key)));
        } else {
            invalidations.all();
        }
    }
}
