package dev.tiercache.e2e.ledger.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Opens connections of Lettuce that stay broken once they broke: who is master then is to be found out anew.
 *
 * <p>A connection that is given up is reset (SO_LINGER 0): what the kernel has not sent of it by then is never sent, so
 * that an old try does not arrive after a newer one on another connection.
 */
final class Connector implements AutoCloseable {

    private static final long QUIET_SECONDS = 1;
    private static final long SHUTDOWN_SECONDS = 3;

    private final RedisTarget target;
    private final ClientResources resources;
    private final RedisClient client;

    Connector(RedisTarget target, Duration connectTimeout) {
        this.target = target;
        this.resources = DefaultClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .nettyCustomizer(new NettyCustomizer() {
                    @Override
                    public void afterBootstrapInitialized(Bootstrap bootstrap) {
                        bootstrap.option(ChannelOption.SO_LINGER, 0);
                    }
                })
                .build();
        this.client = RedisClient.create(resources);
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(connectTimeout)
                        .tcpNoDelay(true)
                        .build())
                .build());
    }

    /** Connects to Redis and logs in, without asking whether it is a master. */
    StatefulRedisConnection<String, String> redis(Address address, Duration timeout)
            throws TryFailedException, InterruptedException {
        RedisURI uri = uri(address, target.login(), timeout);
        uri.setDatabase(target.database());
        return await(client.connectAsync(StringCodec.UTF8, uri).toCompletableFuture(), timeout);
    }

    /** Connects to a Sentinel and logs in. */
    StatefulRedisPubSubConnection<String, String> sentinel(Address address, Duration timeout)
            throws TryFailedException, InterruptedException {
        RedisURI uri = uri(address, target.sentinelLogin(), timeout);
        return await(client.connectPubSubAsync(StringCodec.UTF8, uri).toCompletableFuture(), timeout);
    }

    /** Begins to close all connections, and returns; a handshake that nobody answers still ends before the threads do. */
    @Override
    public void close() {
        var unused = client.shutdownAsync(QUIET_SECONDS, SHUTDOWN_SECONDS, TimeUnit.SECONDS)
                .thenRun(this::endThreads);
    }

    private void endThreads() {
        var unused = resources.shutdown(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS);
    }

    private static RedisURI uri(Address address, Login login, Duration timeout) {
        RedisURI uri = RedisURI.create(address.host(), address.port());
        uri.setTimeout(timeout);
        uri.setClientName("tiercache-ledger");
        uri.setCredentialsProvider(RedisCredentialsProvider.from(() -> RedisCredentials.just(
                login.username().isEmpty() ? null : login.username(),
                login.password().isEmpty() ? null : login.password())));
        return uri;
    }

    private static <C extends StatefulConnection<?, ?>> C await(CompletableFuture<C> connecting, Duration timeout)
            throws TryFailedException, InterruptedException {
        try {
            return connecting.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw TryFailedException.of(e);
        } catch (TimeoutException e) {
            discard(connecting);
            throw TryFailedException.of(TryFailedException.CONNECTION, "not established in " + timeout);
        } catch (InterruptedException e) {
            discard(connecting);
            throw e;
        }
    }

    /** It may still come: then it is not wanted. */
    private static void discard(CompletableFuture<? extends StatefulConnection<?, ?>> connecting) {
        var unused = connecting.thenCompose(StatefulConnection::closeAsync);
    }
}
