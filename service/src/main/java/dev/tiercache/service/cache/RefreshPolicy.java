package dev.tiercache.service.cache;

import dev.tiercache.service.cache.metrics.CacheMeters.Trigger;
import dev.tiercache.service.cache.model.CacheSettings;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a value is computed again while its copy is served: when somebody wants it, when its time is over, from
 * 80 % of its time on, and before that by chance, the likelier the longer its computation takes and the nearer its end is
 * (XFetch: Vattani, Chierichetti, Lowenstein, Optimal Probabilistic Cache Stampede Prevention, VLDB 2015, with beta = 1).
 */
final class RefreshPolicy {

    /** From this part of its time on, a value is computed again behind the answer, in percent. */
    static final int EARLY_PERCENT = 80;

    /** Beyond so many times the computation's length the chance is below 10^-13: not worth a logarithm. */
    private static final int CHANCE_HORIZON = 30;

    private RefreshPolicy() {}

    /** Why the value of an answer is to be computed again; null when it is not. */
    static @Nullable Trigger trigger(Served served, boolean fresh, CacheSettings now) {
        if (fresh) {
            return Trigger.FRESH;
        }
        if (served.stale()) {
            return Trigger.STALE;
        }
        long ttl = Math.min(served.value().ttlMillis(), now.l2TtlMillis());
        if (served.ageMillis() * 100 >= ttl * EARLY_PERCENT) {
            return Trigger.EARLY;
        }
        long left = ttl - served.ageMillis();
        long took = served.value().computeMillis();
        if (left < took * CHANCE_HORIZON
                && -Math.log(1 - ThreadLocalRandom.current().nextDouble()) * took >= left) {
            return Trigger.XFETCH;
        }
        return null;
    }
}
