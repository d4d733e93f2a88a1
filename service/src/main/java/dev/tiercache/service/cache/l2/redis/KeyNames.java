package dev.tiercache.service.cache.l2.redis;

/**
 * What the keys are called that are not values. They lie outside of the prefix of the values, so that no pattern over
 * the values meets them, and carry it, so that caches with different prefixes share a Redis.
 *
 * <pre>
 * tiercache:lock:ir_v1:ann:AAPL   string      who computes this key; expires
 * tiercache:purges:ir_v1:         hash        scope to ms since the epoch; 30 days
 * tiercache:recent:ir_v1:         sorted set  keys read often, by ms since the epoch; a day
 * tiercache:rehearsal:ir_v1:      string      what an instance tries before requests do; expires
 * </pre>
 */
final class KeyNames {

    private static final String ROOT = "tiercache:";
    private static final String LOCK = ROOT + "lock:";
    private static final String PURGES = ROOT + "purges:";
    private static final String RECENT = ROOT + "recent:";
    private static final String REHEARSAL = ROOT + "rehearsal:";

    private KeyNames() {}

    static String lock(String key) {
        return LOCK + key;
    }

    static String purges(String prefix) {
        return PURGES + prefix;
    }

    static String recent(String prefix) {
        return RECENT + prefix;
    }

    static String rehearsal(String prefix) {
        return REHEARSAL + prefix;
    }

    /** Whether it is the purges of some prefix. */
    static boolean isPurges(String key) {
        return key.startsWith(PURGES);
    }

    /** Whether it belongs to the keeping of the house: with a prefix like {@code t} the pattern of the values meets it. */
    static boolean isHousekeeping(String key, String prefix) {
        return key.startsWith(LOCK + prefix)
                || key.equals(purges(prefix))
                || key.equals(recent(prefix))
                || key.equals(rehearsal(prefix));
    }
}
