package dev.tiercache.service.cache.l1;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Weigher;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Values in the heap: bounded by bytes, each with its own expiry, and never holding what was invalidated while it was
 * being fetched.
 *
 * <p>That last rule needs care: a reader gets a value from Redis, an invalidation for it arrives, and then the reader
 * stores the value, which would now stay for a whole TTL. So a reader takes a {@link #stamp} before it asks, and
 * {@link #put} stores nothing when an invalidation has moved the stamp since.
 */
public final class L1 {

    /**
     * Heap of one entry beside its body and its key, in bytes, with compressed pointers: the cache's node and its place
     * in the hash table, the entry, the value, the fingerprint, and the headers of the key and the body.
     * A test measures it.
     */
    static final int OVERHEAD_BYTES = 360;

    private static final int STRIPES = 1024;

    private final Cache<String, L1Entry> entries;
    private final AtomicLongArray invalidations = new AtomicLongArray(STRIPES);
    private final AtomicLong clearings = new AtomicLong();
    private final Consumer<RemovalCause> evicted;

    /**
     * Makes an empty one.
     *
     * @param maxBytes heap it may take
     * @param evicted told of each entry that left for want of space or for its age
     */
    public L1(long maxBytes, Consumer<RemovalCause> evicted) {
        this(maxBytes, L1::weight, evicted);
    }

    L1(long maxBytes, Weigher<String, L1Entry> weigher, Consumer<RemovalCause> evicted) {
        this.evicted = evicted;
        // Without an expiry of its own: that would read the clock on every hit once more and record each read at once,
        // which together cost more than all the rest of a hit. Entries know their end, and sweep() gives their heap
        // back.
        this.entries = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher(weigher)
                .evictionListener(
                        (@Nullable String key, @Nullable L1Entry entry, RemovalCause cause) -> evicted.accept(cause))
                .build();
    }

    /**
     * The entry of a key, unless it is of no use any more. It may be over: that is for its times to say.
     *
     * @param tick now, by the ticker that the entries' times are readings of
     */
    public @Nullable L1Entry get(String key, long tick) {
        L1Entry entry = entries.getIfPresent(key);
        if (entry != null && entry.forgetTick() - tick <= 0) {
            expire(key, entry);
            return null;
        }
        return entry;
    }

    /** Gives back the heap of entries that are of no use any more; costs about 0.1 ms for each thousand entries. */
    public void sweep(long tick) {
        entries.asMap().forEach((key, entry) -> {
            if (entry.forgetTick() - tick <= 0) {
                expire(key, entry);
            }
        });
    }

    /** The present state of a key's invalidations, to be handed to {@link #put} later. */
    public long stamp(String key) {
        // Both only grow, so the sum is the same only if neither moved.
        return invalidations.get(stripe(key)) + clearings.get();
    }

    /**
     * Stores an entry unless the key was invalidated since {@code stamp} was taken. A neighbour of the same stripe
     * counts as well: the entry is then not stored, which costs one more read and is never wrong.
     *
     * @return whether it was stored
     */
    public boolean put(String key, L1Entry entry, long stamp) {
        if (entry.forgetTick() - entry.storedTick() <= 0) {
            return false;
        }
        // Atomic with the removal in invalidate(): that moves the stamp first and then waits for this to end.
        entries.asMap().compute(key, (k, old) -> stamp(k) == stamp ? entry : old);
        if (stamp(key) == stamp) {
            return true;
        }
        // clear() does not wait: it goes by the keys that are there, and may have missed this one while it came.
        entries.asMap().remove(key, entry);
        return false;
    }

    /** Forgets a key, and what is being fetched for it. */
    public void invalidate(String key) {
        invalidations.incrementAndGet(stripe(key));
        entries.invalidate(key);
    }

    /** Forgets everything, and what is being fetched. */
    public void clear() {
        clearings.incrementAndGet();
        entries.invalidateAll();
    }

    /** Forgets the keys that match, and whatever is being fetched: that may match, too. */
    public void invalidate(Predicate<String> keys) {
        clearings.incrementAndGet();
        entries.asMap().keySet().removeIf(keys);
    }

    /** Forgets an entry if it is still this one; what is being fetched for its key is not held up. */
    public void forget(String key, L1Entry entry) {
        entries.asMap().remove(key, entry);
    }

    /** Weighs an entry again, whose value has grown by a form of itself that was made since. */
    public void weighAgain(String key) {
        entries.asMap().computeIfPresent(key, (k, entry) -> entry);
    }

    /** The keys read most often lately, those first. */
    public List<String> hottest(int most) {
        return entries.policy()
                .eviction()
                .map(eviction -> List.copyOf(eviction.hottest(most).keySet()))
                .orElse(List.of());
    }

    /** Changes the bound; what is over it leaves at once. */
    public void maxBytes(long maxBytes) {
        entries.policy().eviction().ifPresent(eviction -> eviction.setMaximum(maxBytes));
        entries.cleanUp();
    }

    /** How many entries there are, about. */
    public long size() {
        return entries.estimatedSize();
    }

    /** Heap taken by the entries, bytes, by the weigher's account. */
    public long bytes() {
        // What is over the bound leaves a moment later, on another thread: an account is taken after that.
        entries.cleanUp();
        return entries.policy()
                .eviction()
                .map(eviction -> eviction.weightedSize().orElse(0L))
                .orElse(0L);
    }

    private void expire(String key, L1Entry entry) {
        if (entries.asMap().remove(key, entry)) {
            evicted.accept(RemovalCause.EXPIRED);
        }
    }

    private static int weight(String key, L1Entry entry) {
        return OVERHEAD_BYTES + key.length() + entry.value().heapBytes();
    }

    private static int stripe(String key) {
        int hash = key.hashCode();
        return (hash ^ (hash >>> 16)) & (STRIPES - 1);
    }
}
