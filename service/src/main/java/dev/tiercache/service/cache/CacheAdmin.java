package dev.tiercache.service.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.tiercache.service.cache.Tiers.Lookup;
import dev.tiercache.service.cache.l1.L1;
import dev.tiercache.service.cache.l1.L1Entry;
import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.cache.model.CacheSettings;
import dev.tiercache.service.cache.model.CachedValue;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is done to a cache beside reading it: purges, a look inside, and the warm-up of an instance that starts. */
public final class CacheAdmin {

    private static final int WARM_UP_BATCH = 64;
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final Supplier<CacheSettings> settings;
    private final L1 l1;
    private final L2 l2;
    private final Tiers tiers;
    private final Purges purges;
    private final Tags tags;
    private final SharedClock clock;
    private final Ticker ticker;

    CacheAdmin(
            Supplier<CacheSettings> settings,
            L1 l1,
            L2 l2,
            Tiers tiers,
            Purges purges,
            Tags tags,
            SharedClock clock,
            Ticker ticker) {
        this.settings = settings;
        this.l1 = l1;
        this.l2 = l2;
        this.tiers = tiers;
        this.purges = purges;
        this.tags = tags;
        this.clock = clock;
        this.ticker = ticker;
    }

    /**
     * What the tiers hold under a name.
     *
     * @param key the key in L2
     * @param inL1 what L1 holds; its remaining time is 0 where it may not be served without a look at L2; null when it holds
     *     nothing
     * @param inL2 what L2 would answer now; null when it has nothing that may be served
     * @param l2Answered whether L2 answered
     */
    public record Inspection(
            String key, @Nullable Served inL1, @Nullable CachedValue inL2, boolean l2Answered) {}

    /** Looks into both tiers; changes nothing, but has what L2 cannot read removed there. Blocks. */
    public Inspection inspect(String name) {
        CacheSettings now = settings.get();
        long tick = ticker.read();
        L1Entry entry = l1.get(name, tick);
        long remaining = entry == null || entry.epoch() != l2.epoch() ? 0 : entry.remainingNanos(tick, now);
        Lookup found = tiers.lookAgain(name, now);
        return new Inspection(
                now.keyPrefix() + name,
                entry == null ? null : Answers.fromL1(entry, tick, Math.max(0, remaining)),
                found.value(),
                found.answered());
    }

    /**
     * Forgets values on every instance and in L2, and has none that is being computed now arrive. Blocks.
     *
     * @return how many L2 has deleted; -1 when it does not answer: other instances hear of the purge when it does again
     */
    public long purge(Scope scope) {
        long at = clock.millis();
        purges.carryOut(scope, at, at);
        String prefix = settings.get().keyPrefix();
        String name = scope.name();
        L2.Keys keys = name != null
                ? new L2.Keys.One(prefix + name)
                : new L2.Keys.Matching(
                        key -> key.startsWith(prefix) && scope.covers(key.substring(prefix.length()), tags));
        return l2.purge(new L2.Purge(scope.text(), at), keys, TIMEOUT);
    }

    /**
     * Brings values that instances read often lately from L2 into L1. Blocks.
     *
     * @param most how many at most
     * @param longest after this time no more are asked for
     * @return how many L1 has taken
     */
    public int warmUp(int most, Duration longest) {
        long begin = System.nanoTime();
        CacheSettings now = settings.get();
        String prefix = now.keyPrefix();
        List<String> names = l2.recentKeys(most, TIMEOUT).stream()
                .filter(key -> key.startsWith(prefix))
                .map(key -> key.substring(prefix.length()))
                .toList();
        int taken = 0;
        for (int i = 0; i < names.size() && System.nanoTime() - begin < longest.toNanos(); i += WARM_UP_BATCH) {
            taken += tiers.fetchAll(names.subList(i, Math.min(names.size(), i + WARM_UP_BATCH)), now);
        }
        return taken;
    }

    /** Tells L2 what is read often here, for instances that start later to warm up with. */
    public void noteHottest(int most) {
        String prefix = settings.get().keyPrefix();
        List<String> keys = l1.hottest(most).stream().map(name -> prefix + name).toList();
        if (!keys.isEmpty()) {
            l2.noteRecent(keys);
        }
    }

    /** Gives back the heap of what L1 holds and nobody will be served any more; for every half minute or so. */
    public void sweep() {
        l1.sweep(ticker.read());
    }

    /** The names read most often here lately, those first. */
    public List<String> hottest(int most) {
        return l1.hottest(most);
    }
}
