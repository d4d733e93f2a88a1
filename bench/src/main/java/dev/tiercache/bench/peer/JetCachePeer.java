package dev.tiercache.bench.peer;

import com.alicp.jetcache.Cache;
import com.alicp.jetcache.CacheBuilder;
import com.alicp.jetcache.CacheGetResult;
import com.alicp.jetcache.SimpleCacheManager;
import com.alicp.jetcache.anno.CacheType;
import com.alicp.jetcache.embedded.CaffeineCacheBuilder;
import com.alicp.jetcache.redis.lettuce.RedisLettuceCacheBuilder;
import com.alicp.jetcache.support.BroadcastManager;
import com.alicp.jetcache.support.JavaValueDecoder;
import com.alicp.jetcache.support.JavaValueEncoder;
import com.alicp.jetcache.template.CacheBuilderTemplate;
import com.alicp.jetcache.template.NotifyMonitorInstaller;
import com.alicp.jetcache.template.QuickConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * JetCache with both tiers, as its documentation sets it up: Caffeine, Redis by Lettuce with Lettuce's defaults, and a
 * broadcast channel by which instances drop what another one wrote.
 */
public final class JetCachePeer implements AutoCloseable {

    private static final Duration TTL = Duration.ofMinutes(15);
    private static final int LOCAL_LIMIT = 100_000;

    private final RedisClient client;
    private final SimpleCacheManager manager = new SimpleCacheManager();
    private final Cache<String, byte[]> cache;

    /**
     * Connects one instance.
     *
     * @param timeout the longest wait for Redis
     */
    public JetCachePeer(String url, Duration timeout) {
        client = RedisClient.create(url);
        Function<Object, Object> plainKey = key -> key;
        RedisLettuceCacheBuilder<?> remote = RedisLettuceCacheBuilder.createRedisLettuceCacheBuilder();
        remote.setRedisClient(client);
        remote.setPubSubConnection(client.connectPubSub(ByteArrayCodec.INSTANCE));
        remote.setAsyncResultTimeoutInMillis(timeout.toMillis());
        remote.setKeyConvertor(plainKey);
        remote.setValueEncoder(JavaValueEncoder.INSTANCE);
        remote.setValueDecoder(JavaValueDecoder.INSTANCE);
        remote.setKeyPrefix("jetcache:");
        remote.setBroadcastChannel("jetcache");
        CaffeineCacheBuilder<?> local = CaffeineCacheBuilder.createCaffeineCacheBuilder();
        local.setKeyConvertor(plainKey);
        CacheBuilderTemplate template = new CacheBuilderTemplate(
                false, Map.<String, CacheBuilder>of("default", local), Map.<String, CacheBuilder>of("default", remote));
        // What tells the other instances, where Spring does not put JetCache together.
        template.getCacheMonitorInstallers().add(new NotifyMonitorInstaller(_ -> remote));
        manager.setCacheBuilderTemplate(template);
        BroadcastManager broadcast = remote.createBroadcastManager(manager);
        broadcast.startSubscribe();
        manager.putBroadcastManager(broadcast);
        cache = manager.getOrCreateCache(QuickConfig.newBuilder("reports")
                .cacheType(CacheType.BOTH)
                .syncLocal(true)
                .expire(TTL)
                .localExpire(TTL)
                .localLimit(LOCAL_LIMIT)
                .build());
    }

    /** Gives both tiers a value. */
    public void put(String key, byte[] value) {
        cache.put(key, value);
    }

    /** What a tier has of a key; null when none has it, or the one that was asked did not answer. */
    public byte @Nullable [] get(String key) {
        CacheGetResult<byte[]> result = cache.GET(key);
        return result.isSuccess() ? Objects.requireNonNull(result.getValue()) : null;
    }

    @Override
    public void close() {
        manager.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    }
}
