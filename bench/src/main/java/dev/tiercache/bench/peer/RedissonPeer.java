package dev.tiercache.bench.peer;

import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RLocalCachedMap;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.LocalCachedMapOptions;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.config.Config;

/** Redisson's map with a local cache in front of a hash in Redis; other instances hear of writes by a topic. */
public final class RedissonPeer implements AutoCloseable {

    /** The hash in Redis. */
    public static final String MAP = "redisson";

    private final RedissonClient client;
    private final RLocalCachedMap<byte[], byte[]> map;

    /** Connects one instance. */
    public RedissonPeer(String url) {
        Config config = new Config();
        config.useSingleServer().setAddress(url).setConnectionMinimumIdleSize(1);
        client = Redisson.create(config);
        map = client.getLocalCachedMap(LocalCachedMapOptions.<byte[], byte[]>name(MAP)
                .codec(ByteArrayCodec.INSTANCE)
                .syncStrategy(LocalCachedMapOptions.SyncStrategy.UPDATE)
                .cacheSize(1_000)
                .evictionPolicy(LocalCachedMapOptions.EvictionPolicy.LRU));
    }

    /** Gives both tiers a value. */
    public void put(byte[] key, byte[] value) {
        map.fastPut(key, value);
    }

    /** What a tier has of a key; null when none has it. */
    public byte @Nullable [] get(byte[] key) {
        return map.get(key);
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
