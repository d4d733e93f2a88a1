package dev.tiercache.bench.peer;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Redis read by Lettuce with its default options, and a timeout, as every second service does it. */
public final class LettuceDefaults implements AutoCloseable {

    private final RedisClient client;
    private final StatefulRedisConnection<String, byte[]> connection;

    /**
     * Connects.
     *
     * @param timeout the longest wait for an answer
     */
    public LettuceDefaults(String url, Duration timeout) {
        client = RedisClient.create(url);
        connection = client.connect(RedisCodec.of(StringCodec.ASCII, ByteArrayCodec.INSTANCE));
        connection.setTimeout(timeout);
    }

    /** Writes a key. */
    public void put(String key, byte[] value) {
        connection.sync().set(key, value);
    }

    /** Reads a key; null when it is not there, or Redis does not answer. */
    public byte @Nullable [] get(String key) {
        try {
            return connection.sync().get(key);
        } catch (RedisException e) {
            return null;
        }
    }

    @Override
    public void close() {
        connection.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    }
}
