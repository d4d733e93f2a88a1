package dev.tiercache.service.cache.l2.redis;

import dev.tiercache.service.cache.metrics.CacheMeters.Operation;
import io.lettuce.core.ScoredValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The keys that instances read often, for the next one to begin with. Nothing here is worth an error. */
final class RecentKeys {

    static final int MAX_KEYS = 2_000;
    static final int MAX_NOTED = 500;
    private static final Duration EXPIRY = Duration.ofDays(1);
    private static final Duration TIMEOUT = Duration.ofMillis(500);

    private final TierClock clock;

    RecentKeys(TierClock clock) {
        this.clock = clock;
    }

    List<String> latest(@Nullable RedisSession session, String prefix, int most, Duration timeout) {
        if (session == null || most < 1) {
            return List.of();
        }
        try {
            List<byte[]> keys = session.ask(
                    Operation.RECENT,
                    timeout,
                    commands -> commands.zrevrange(KeyNames.recent(prefix), 0, Math.min(most, MAX_KEYS) - 1));
            return keys.stream()
                    .map(key -> new String(key, StandardCharsets.US_ASCII))
                    .toList();
        } catch (ExecutionException | TimeoutException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    void note(@Nullable RedisSession session, String prefix, Collection<String> keys) {
        if (session == null || keys.isEmpty()) {
            return;
        }
        double now = clock.now();
        List<ScoredValue<byte[]>> noted = new ArrayList<>();
        keys.stream().limit(MAX_NOTED).forEach(key -> noted.add(ScoredValue.just(now, RedisScript.bytes(key))));
        @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
        ScoredValue<byte[]>[] members = noted.toArray(new ScoredValue[0]);
        String name = KeyNames.recent(prefix);
        session.tell(Operation.RECENT, TIMEOUT, commands -> commands.zadd(name, members), failure -> {});
        session.tell(
                Operation.RECENT, TIMEOUT, commands -> commands.zremrangebyrank(name, 0, -MAX_KEYS - 1), failure -> {});
        session.tell(Operation.RECENT, TIMEOUT, commands -> commands.expire(name, EXPIRY), failure -> {});
    }
}
