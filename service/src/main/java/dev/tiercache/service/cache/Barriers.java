package dev.tiercache.service.cache;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Purges in force: a value computed before one of its barriers never comes back, from wherever it arrives. Bounded: beyond that
 * many, they become one barrier for everything, which is never wrong and costs computations.
 */
final class Barriers {

    /** So many at most. */
    static final int MOST = 10_000;

    private final Tags tags;
    private final ConcurrentHashMap<Scope, Barrier> barriers = new ConcurrentHashMap<>();
    private final AtomicLong generation = new AtomicLong();

    Barriers(Tags tags) {
        this.tags = tags;
    }

    /**
     * One of them.
     *
     * @param atMillis values computed until then, inclusive, are behind it
     * @param generation which one it was on this instance: what was begun before it is behind it, too, whatever the clocks say
     */
    private record Barrier(long atMillis, long generation) {
        private static Barrier later(Barrier one, Barrier other) {
            return new Barrier(Math.max(one.atMillis, other.atMillis), Math.max(one.generation, other.generation));
        }
    }

    /** How many have been put up so far: to be handed to {@link #cover} for what is begun now. */
    long generation() {
        return generation.get();
    }

    /**
     * Puts one up; also where one stands: what was begun in between is behind the new one.
     *
     * @param atMillis values computed until then, inclusive, are not to be served
     */
    void raise(Scope scope, long atMillis) {
        if (barriers.size() >= MOST) {
            long latest =
                    barriers.values().stream().mapToLong(Barrier::atMillis).reduce(atMillis, Math::max);
            barriers.put(Scope.ALL, new Barrier(latest, generation.incrementAndGet()));
            barriers.keySet().removeIf(other -> !other.equals(Scope.ALL));
        } else {
            barriers.merge(scope, new Barrier(atMillis, generation.incrementAndGet()), Barrier::later);
        }
    }

    /**
     * Whether a value is behind a barrier.
     *
     * @param createdAtMillis when it was computed
     * @param begun the {@link #generation} of before it was begun; {@link Long#MAX_VALUE} where that is not known
     */
    boolean cover(String name, long createdAtMillis, long begun) {
        return !barriers.isEmpty()
                && (behind(Scope.ALL, createdAtMillis, begun)
                        || behind(Scope.name(name), createdAtMillis, begun)
                        || tags.of(name).stream().anyMatch(tag -> behind(Scope.tag(tag), createdAtMillis, begun)));
    }

    /** Forgets those that no living value can be behind. */
    void prune(long olderThanMillis) {
        barriers.values().removeIf(barrier -> barrier.atMillis() < olderThanMillis);
    }

    int size() {
        return barriers.size();
    }

    private boolean behind(Scope scope, long createdAtMillis, long begun) {
        Barrier barrier = barriers.get(scope);
        return barrier != null && (createdAtMillis <= barrier.atMillis() || begun < barrier.generation());
    }
}
