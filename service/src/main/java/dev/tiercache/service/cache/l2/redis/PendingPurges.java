package dev.tiercache.service.cache.l2.redis;

import dev.tiercache.service.cache.l2.L2.Purge;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Purges that Redis has not heard of yet, the latest of each scope; too many become one of everything. */
final class PendingPurges {

    static final int MAX = 1_000;

    private final Map<String, Long> purges = new HashMap<>();

    synchronized void add(Purge purge) {
        purges.merge(purge.scope(), purge.atMillis(), Math::max);
        if (purges.size() > MAX) {
            long newest = Collections.max(purges.values());
            purges.clear();
            purges.put(Purge.EVERYTHING, newest);
        }
    }

    synchronized List<Purge> list() {
        return purges.entrySet().stream()
                .map(purge -> new Purge(purge.getKey(), purge.getValue()))
                .toList();
    }

    /** A later one of the same scope stays. */
    synchronized void published(Purge purge) {
        purges.remove(purge.scope(), purge.atMillis());
    }

    synchronized int size() {
        return purges.size();
    }
}
