package dev.tiercache.bench.jmh;

import java.time.Duration;
import org.redisson.Redisson;
import org.redisson.api.RLocalCachedMap;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.LocalCachedMapOptions;
import org.redisson.client.codec.ByteArrayCodec;
import org.redisson.client.codec.StringCodec;
import org.redisson.codec.CompositeCodec;
import org.redisson.config.Config;

/** Redisson with its own defaults, but codecs that cost least for names and bytes. */
final class RedissonSetup {

    private RedissonSetup() {}

    /** A client of the benchmark's Redis. */
    static RedissonClient client() {
        Config config = new Config();
        config.useSingleServer().setAddress(System.getProperty(Alternation.REDIS));
        return Redisson.create(config);
    }

    /** A map in Redis with a bounded copy of it here. */
    static RLocalCachedMap<String, byte[]> localCachedMap(RedissonClient client, int localEntries, Duration ttl) {
        return client.getLocalCachedMap(LocalCachedMapOptions.<String, byte[]>name("redisson:reports")
                .codec(new CompositeCodec(StringCodec.INSTANCE, ByteArrayCodec.INSTANCE))
                .cacheSize(localEntries)
                .evictionPolicy(LocalCachedMapOptions.EvictionPolicy.LRU)
                .timeToLive(ttl));
    }
}
