package dev.tiercache.e2e.ledger;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All acknowledged writes, in the order of their acknowledgement but for a few that overtook each other. Thread-safe. */
final class Book {

    private final List<Entry> entries = new ArrayList<>();

    synchronized void add(Entry entry) {
        entries.add(entry);
    }

    synchronized int size() {
        return entries.size();
    }

    /** A copy, sorted by acknowledgement. */
    List<Entry> sorted() {
        List<Entry> copy;
        synchronized (this) {
            copy = new ArrayList<>(entries);
        }
        copy.sort(Comparator.comparingLong(Entry::acknowledged));
        return copy;
    }

    /** The last write acknowledged at or before {@code latest}; null when that was before {@code earliest}. */
    synchronized @Nullable Entry lastUntil(long latest, long earliest) {
        int low = 0;
        int high = entries.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (entries.get(middle).acknowledged() <= latest) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low == 0) {
            return null;
        }
        Entry entry = entries.get(low - 1);
        return entry.acknowledged() >= earliest && entry.acknowledged() <= latest ? entry : null;
    }
}
