package dev.tiercache.bench.jmh;

import com.alicp.jetcache.Cache;
import com.alicp.jetcache.MultiLevelCacheBuilder;
import com.alicp.jetcache.embedded.CaffeineCacheBuilder;
import com.alicp.jetcache.redis.lettuce.RedisLettuceCacheBuilder;
import com.alicp.jetcache.support.DefaultCacheMonitor;
import com.alicp.jetcache.support.Fastjson2KeyConvertor;
import com.alicp.jetcache.support.JavaValueDecoder;
import com.alicp.jetcache.support.JavaValueEncoder;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** JetCache as its documentation sets it up: Caffeine before Redis, over Lettuce, with its statistics. */
final class JetCacheTiers implements AutoCloseable {

    final Cache<String, byte[]> remote;
    final Cache<String, byte[]> both;
    private final RedisClient client = RedisClient.create(System.getProperty(Alternation.REDIS));

    JetCacheTiers(int localEntries, Duration ttl) {
        Cache<String, byte[]> local = CaffeineCacheBuilder.createCaffeineCacheBuilder()
                .limit(localEntries)
                .expireAfterWrite(ttl.toMillis(), TimeUnit.MILLISECONDS)
                .addMonitor(new DefaultCacheMonitor("local"))
                .buildCache();
        remote = RedisLettuceCacheBuilder.createRedisLettuceCacheBuilder()
                .redisClient(client)
                .keyPrefix("jetcache:")
                .keyConvertor(Fastjson2KeyConvertor.INSTANCE)
                .valueEncoder(JavaValueEncoder.INSTANCE)
                .valueDecoder(JavaValueDecoder.INSTANCE)
                .expireAfterWrite(ttl.toMillis(), TimeUnit.MILLISECONDS)
                .addMonitor(new DefaultCacheMonitor("remote"))
                .buildCache();
        both = MultiLevelCacheBuilder.createMultiLevelCacheBuilder()
                .addCache(local, remote)
                .expireAfterWrite(ttl.toMillis(), TimeUnit.MILLISECONDS)
                .addMonitor(new DefaultCacheMonitor("both"))
                .buildCache();
    }

    @Override
    public void close() {
        client.shutdown();
    }
}
