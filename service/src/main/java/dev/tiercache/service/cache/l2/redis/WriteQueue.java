package dev.tiercache.service.cache.l2.redis;

import dev.tiercache.service.cache.l2.L2;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Values that wait to be written, the latest of each key, the oldest first; the oldest give way when there are too many. */
final class WriteQueue {

    static final int MAX_KEYS = 10_000;
    static final long MAX_BYTES = 16L << 20;

    private final LinkedHashMap<String, L2.Entry> entries = new LinkedHashMap<>();
    private long bytes;
    /** Read without the lock: most of the time nothing waits. */
    private volatile int size;

    /**
     * Takes a value in, unless a newer one of its key waits.
     *
     * @return how many values had to give way
     */
    synchronized int add(L2.Entry entry) {
        L2.Entry before = entries.get(entry.key());
        if (before != null && before.createdAtMillis() > entry.createdAtMillis()) {
            return 0;
        }
        if (before != null) {
            entries.remove(before.key());
            removed(before);
        }
        entries.put(entry.key(), entry);
        bytes += weight(entry);
        int gaveWay = 0;
        while (entries.size() > MAX_KEYS || bytes > MAX_BYTES) {
            removed(entries.pollFirstEntry().getValue());
            gaveWay++;
        }
        size = entries.size();
        return gaveWay;
    }

    /** Takes back at its old place what {@link #poll} gave, unless its key has a value again. */
    synchronized void giveBack(L2.Entry entry) {
        if (!entries.containsKey(entry.key()) && entries.size() < MAX_KEYS) {
            entries.putFirst(entry.key(), entry);
            bytes += weight(entry);
            size = entries.size();
        }
    }

    /** Gives the oldest; null when nothing waits. */
    synchronized L2.@Nullable Entry poll() {
        Map.Entry<String, L2.Entry> first = entries.pollFirstEntry();
        if (first == null) {
            return null;
        }
        removed(first.getValue());
        size = entries.size();
        return first.getValue();
    }

    synchronized void forget(String key) {
        L2.Entry entry = entries.remove(key);
        if (entry != null) {
            removed(entry);
        }
        size = entries.size();
    }

    synchronized void forget(Predicate<String> key) {
        entries.values().removeIf(entry -> {
            boolean gone = key.test(entry.key());
            if (gone) {
                removed(entry);
            }
            return gone;
        });
        size = entries.size();
    }

    synchronized long bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    private void removed(L2.Entry entry) {
        bytes -= weight(entry);
    }

    private static long weight(L2.Entry entry) {
        return entry.key().length() + (long) entry.bytes().length;
    }
}
