package dev.tiercache.service.cache.l2.redis;

import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.cache.l2.L2.Purge;
import dev.tiercache.service.cache.metrics.CacheMeters;
import dev.tiercache.service.cache.metrics.CacheMeters.Operation;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Purges that all instances share: a hash in Redis, from scope to the time until which values are dead.
 *
 * <p>Redis tells every instance when the hash changed; it is read again then, and the engine hears of what is new in it.
 * Values may come and go while that reading is under way: that is safe, because a purge is no event but a bound on the
 * age of values. Whatever an instance reads or writes meanwhile is judged by it as soon as it is known, a copy that
 * came in between no less than one from before; nothing made after the purge falls under it however late it is heard.
 * And since each scope's time only grows, an answer that is overtaken by a newer one takes nothing back. A change that
 * comes during the reading leads to one more.
 */
final class RedisPurges {

    private static final int MAX_SCOPES = 10_000;
    /** No value is older: the longest TTL that can be set. */
    private static final Duration LONGEST_TTL = Duration.ofDays(30);

    private static final Duration TIMEOUT = Duration.ofMillis(500);
    private static final int SCAN_COUNT = 500;

    /** Takes pairs of scope and time. Text in the hash that is no number counts as 0: it goes with the old ones. */
    private static final RedisScript PUBLISH = new RedisScript("""
            local key, longest, most = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
            if redis.call('TYPE', key).ok ~= 'hash' then redis.call('DEL', key) end
            local news = 0
            for i = 4, #ARGV, 2 do
                local before = tonumber(redis.call('HGET', key, ARGV[i]) or 0) or 0
                if tonumber(ARGV[i + 1]) > before then
                    redis.call('HSET', key, ARGV[i], ARGV[i + 1])
                    news = news + 1
                end
            end
            if news == 0 then return 0 end
            local oldest = redis.call('TIME')[1] * 1000 - longest
            local all = redis.call('HGETALL', key)
            local count, newest = 0, '0'
            for i = 1, #all, 2 do
                local at = tonumber(all[i + 1]) or 0
                if at < oldest then
                    redis.call('HDEL', key, all[i])
                else
                    count = count + 1
                    if at > tonumber(newest) then newest = all[i + 1] end
                end
            end
            if count > most then
                redis.call('DEL', key)
                redis.call('HSET', key, ARGV[3], newest)
            end
            redis.call('PEXPIRE', key, longest)
            return news
            """);

    private final L2.Listener listener;
    private final PendingPurges pending = new PendingPurges();
    /** What the engine was told on this connection. The link's thread alone has it. */
    private final Map<String, Long> known = new HashMap<>();

    private volatile boolean changed;

    RedisPurges(L2.Listener listener, CacheMeters meters) {
        this.listener = listener;
        meters.queue(
                "ir.l2.purges", "Purges that wait until L2 is back", pending, PendingPurges::size, PendingPurges.MAX);
    }

    /** Keeps a purge that could not be published. */
    void keep(Purge purge) {
        pending.add(purge);
    }

    /**
     * Publishes, then deletes.
     *
     * @return how many keys were deleted, as far as Redis answered; -1 when it is not published
     */
    long purge(RedisSession session, String prefix, Purge purge, Predicate<String> inScope, Duration timeout)
            throws InterruptedException {
        try {
            publish(session, prefix, List.of(purge), timeout);
        } catch (TimeoutException | ExecutionException e) {
            return -1;
        }
        long deleted = 0;
        try {
            ScanArgs ours = ScanArgs.Builder.matches(prefix + "*").limit(SCAN_COUNT);
            ScanCursor at = ScanCursor.INITIAL;
            do {
                ScanCursor from = at;
                KeyScanCursor<String> found =
                        session.ask(Operation.PURGE, timeout, commands -> commands.scan(from, ours));
                String[] keys = found.getKeys().stream()
                        .filter(key -> !KeyNames.isHousekeeping(key, prefix) && inScope.test(key))
                        .toArray(String[]::new);
                if (keys.length > 0) {
                    deleted += session.ask(Operation.PURGE, timeout, commands -> commands.unlink(keys));
                }
                at = found;
            } while (!at.isFinished());
        } catch (TimeoutException | ExecutionException e) {
            // Nobody serves what is left, and it expires.
        }
        return deleted;
    }

    /** Some instance published something: {@link #upkeep} is due. Called on the connection's thread. */
    void changed() {
        changed = true;
    }

    /** Publishes what waits, and tells the engine of all that is in force, before a connection is used. */
    void resync(RedisSession session, String prefix) throws TimeoutException, ExecutionException, InterruptedException {
        known.clear();
        changed = true;
        try {
            publishPending(session, prefix);
            read(session, prefix);
        } catch (ExecutionException e) {
            // A user without the right to share purges may still use the values; the status says so.
            if (!(e.getCause() instanceof RedisCommandExecutionException)) {
                throw e;
            }
        }
    }

    /** Does what has come up since; what fails is tried again the next time. */
    void upkeep(RedisSession session, String prefix) throws InterruptedException {
        try {
            publishPending(session, prefix);
            if (changed) {
                read(session, prefix);
            }
        } catch (TimeoutException | ExecutionException e) {
            // The heartbeat says whether the connection is good for anything.
        }
    }

    private void publishPending(RedisSession session, String prefix)
            throws TimeoutException, ExecutionException, InterruptedException {
        List<Purge> waiting = pending.list();
        if (!waiting.isEmpty()) {
            publish(session, prefix, waiting, TIMEOUT);
            waiting.forEach(pending::published);
        }
    }

    private static void publish(RedisSession session, String prefix, List<Purge> purges, Duration timeout)
            throws TimeoutException, ExecutionException, InterruptedException {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(RedisScript.bytes(LONGEST_TTL.toMillis()));
        arguments.add(RedisScript.bytes(MAX_SCOPES));
        arguments.add(RedisScript.bytes(Purge.EVERYTHING));
        for (Purge purge : purges) {
            arguments.add(RedisScript.bytes(purge.scope()));
            arguments.add(RedisScript.bytes(purge.atMillis()));
        }
        long unused = session.ask(
                Operation.PURGE,
                timeout,
                commands -> PUBLISH.run(commands, KeyNames.purges(prefix), arguments.toArray(byte[][]::new)));
    }

    private void read(RedisSession session, String prefix)
            throws TimeoutException, ExecutionException, InterruptedException {
        // First: a change from here on leads to one more reading.
        changed = false;
        Map<String, byte[]> purges;
        try {
            purges = session.ask(Operation.PURGE, TIMEOUT, commands -> commands.hgetall(KeyNames.purges(prefix)));
        } catch (ExecutionException e) {
            if (RedisSession.isError(e.getCause(), "WRONGTYPE")) {
                // Somebody put something else there: the next purge replaces it.
                return;
            }
            changed = true;
            throw e;
        } catch (TimeoutException | InterruptedException e) {
            changed = true;
            throw e;
        }
        List<Purge> news = new ArrayList<>();
        purges.forEach((scope, text) -> {
            long at = time(text);
            if (at > known.getOrDefault(scope, 0L)) {
                known.put(scope, at);
                news.add(new Purge(scope, at));
            }
        });
        if (known.size() > MAX_SCOPES) {
            // What Redis has forgotten meanwhile.
            known.keySet().retainAll(purges.keySet());
        }
        if (!news.isEmpty()) {
            listener.purged(news);
        }
    }

    /** 0, which purges nothing, for text that is no time. */
    private static long time(byte @Nullable [] text) {
        try {
            return text == null ? 0 : Long.parseLong(new String(text, StandardCharsets.US_ASCII));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
