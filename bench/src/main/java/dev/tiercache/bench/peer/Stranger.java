package dev.tiercache.bench.peer;

import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Somebody with a Redis client who knows nothing of any cache: a person with redis-cli, a script, another service. */
public final class Stranger implements AutoCloseable {

    private final RedisClient client;
    private final StatefulRedisConnection<String, byte[]> connection;

    /** Connects. */
    public Stranger(String url) {
        client = RedisClient.create(url);
        connection = client.connect(RedisCodec.of(StringCodec.ASCII, ByteArrayCodec.INSTANCE));
    }

    /** The commands. */
    public RedisCommands<String, byte[]> redis() {
        return connection.sync();
    }

    /** Kills the connections of everybody else and sets a key right behind it, in one go. */
    public void killOthersAndSet(String key, byte[] value) {
        RedisAsyncCommands<String, byte[]> async = connection.async();
        Future<Long> pubSub = async.clientKill(KillArgs.Builder.typePubsub().skipme());
        Future<Long> normal = async.clientKill(KillArgs.Builder.typeNormal().skipme());
        Future<String> set = async.set(key, value);
        try {
            pubSub.get();
            normal.get();
            set.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() {
        connection.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    }
}
