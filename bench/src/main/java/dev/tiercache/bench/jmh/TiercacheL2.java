package dev.tiercache.bench.jmh;

import dev.tiercache.service.cache.l2.Envelope;
import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.cache.l2.redis.RedisL2;
import dev.tiercache.service.cache.model.CachedValue;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The second tier alone, and what the engine does with its answers: from a key to a checked body. */
final class TiercacheL2 implements AutoCloseable {

    static final String PREFIX = "tiercache:";

    /** Far above what a read takes, so that a busy machine makes it slow and not a failure. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final RedisL2 l2 = TiercacheEngine.redis(PREFIX, new Ignored(), TiercacheEngine.meters());

    /** Fills Redis; also reads batches as long as L2 has no command for them: MGET with the settings of L2's connection. */
    private final RedisClient client = RedisClient.create(System.getProperty(Alternation.REDIS));

    private final StatefulRedisConnection<String, byte[]> connection;

    TiercacheL2() {
        client.setOptions(ClientOptions.builder()
                .protocolVersion(ProtocolVersion.RESP3)
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(1_024)
                .build());
        connection = client.connect(RedisCodec.of(StringCodec.ASCII, ByteArrayCodec.INSTANCE));
        TiercacheEngine.awaitUp(l2);
    }

    /** Puts a body of its own under a key. */
    void fill(String key, Duration ttl) {
        CachedValue value = new CachedValue(Bodies.body(), System.currentTimeMillis(), ttl.toMillis());
        connection.sync().set(key, Envelope.encode(key, value), SetArgs.Builder.px(ttl.toMillis()));
    }

    /** Reads one. */
    byte[] read(String key) throws Envelope.UnreadableException {
        return body(key, l2.get(key, PATIENCE));
    }

    /** Reads some at once, in their order. */
    List<byte[]> readAll(String... keys) throws Envelope.UnreadableException {
        List<KeyValue<String, byte[]>> replies = connection.sync().mget(keys);
        List<byte[]> bodies = new ArrayList<>(keys.length);
        for (int i = 0; i < keys.length; i++) {
            bodies.add(body(keys[i], new L2.Reply.Found(replies.get(i).getValue())));
        }
        return bodies;
    }

    @Override
    public void close() {
        l2.close();
        client.shutdown();
    }

    private static byte[] body(String key, L2.Reply reply) throws Envelope.UnreadableException {
        if (reply instanceof L2.Reply.Found(byte[] bytes)) {
            return Envelope.decode(key, bytes).body();
        }
        throw new IllegalStateException("every read should be a hit, but got " + reply);
    }

    /** Nothing is kept that could become invalid. */
    private static final class Ignored implements L2.Invalidations {
        @Override
        public void key(String key) {
            // Nothing is kept.
        }

        @Override
        public void all() {
            // Nothing is kept.
        }
    }
}
