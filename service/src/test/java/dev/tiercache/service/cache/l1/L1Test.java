package dev.tiercache.service.cache.l1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.service.cache.model.CacheSettings;
import dev.tiercache.service.cache.model.CachedValue;
import dev.tiercache.service.cache.model.Degradation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/** L1 keeps to its bound and to each entry's time, and stores nothing that was invalidated meanwhile. */
class L1Test {

    private static final CacheSettings SETTINGS =
            new CacheSettings("ir_v1:", 900_000, 900_000, 1 << 20, 0, 50, Degradation.L1_ONLY);

    private final AtomicLong nanos = new AtomicLong();
    private final LongAdder evictions = new LongAdder();
    private final L1 l1 = new L1(1 << 20, cause -> evictions.increment());

    @Test
    void anEntryLeavesWhenItsOwnTimeIsOver() {
        l1.put("brief", entry(10, 1_000), l1.stamp("brief"));
        l1.put("long", entry(10, 900_000), l1.stamp("long"));

        nanos.addAndGet(Duration.ofMillis(1_001).toNanos());

        assertThat(l1.get("brief", nanos.get())).isNull();
        assertThat(l1.get("long", nanos.get())).isNotNull();
    }

    @Test
    void readingDoesNotMakeAnEntryLiveLonger() {
        l1.put("a", entry(10, 1_000), l1.stamp("a"));

        nanos.addAndGet(Duration.ofMillis(900).toNanos());
        assertThat(l1.get("a", nanos.get())).isNotNull();
        nanos.addAndGet(Duration.ofMillis(101).toNanos());

        assertThat(l1.get("a", nanos.get())).isNull();
    }

    @Test
    void whatWasInvalidatedWhileItWasFetchedIsNotStored() {
        long stamp = l1.stamp("a");
        l1.invalidate("a");

        assertThat(l1.put("a", entry(10, 1_000), stamp)).isFalse();
        assertThat(l1.get("a", nanos.get())).isNull();
        assertThat(l1.put("a", entry(10, 1_000), l1.stamp("a"))).isTrue();
    }

    @Test
    void whatWasFetchedWhileAllWasClearedIsNotStored() {
        long stamp = l1.stamp("a");
        l1.clear();

        assertThat(l1.put("a", entry(10, 1_000), stamp)).isFalse();
        assertThat(l1.get("a", nanos.get())).isNull();
    }

    @Test
    void clearingMissesNoEntryThatIsJustBeingStored() {
        // The cache weighs an entry in the midst of storing it: clear then.
        List<Runnable> clear = new ArrayList<>();
        L1 racing = new L1(
                1 << 20,
                (String key, L1Entry entry) -> {
                    clear.forEach(Runnable::run);
                    return 1;
                },
                cause -> {});
        long stamp = racing.stamp("a");
        clear.add(racing::clear);

        assertThat(racing.put("a", entry(10, 1_000), stamp)).isFalse();
        assertThat(racing.get("a", 0)).isNull();
    }

    @Test
    void whatIsOfNoUseAnyMoreGivesItsHeapBackWithoutBeingAskedFor() {
        for (int i = 0; i < 100; i++) {
            l1.put("key" + i, entry(1_000, i < 40 ? 1_000 : 900_000), l1.stamp("key" + i));
        }
        nanos.addAndGet(Duration.ofMillis(1_001).toNanos());

        l1.sweep(nanos.get());

        assertThat(l1.size()).isEqualTo(60);
        assertThat(evictions.sum()).isEqualTo(40);
    }

    @Test
    void theBoundInBytesHoldsAndCanBeChanged() {
        for (int i = 0; i < 1_000; i++) {
            l1.put("key" + i, entry(5_000, 900_000), l1.stamp("key" + i));
        }
        assertThat(l1.bytes()).isBetween((1L << 20) - 10_000, 1L << 20);
        assertThat(evictions.sum()).isPositive();

        l1.maxBytes(100_000);
        assertThat(l1.bytes()).isLessThanOrEqualTo(100_000);
    }

    @Test
    void theAccountOfBytesIsThatOfTheHeap() {
        L1 large = new L1(1 << 30, cause -> {});
        int entries = 20_000;
        long before = usedHeap();
        for (int i = 0; i < entries; i++) {
            String key = "some.user." + i + ":AAPL,MSFT,GOOG";
            large.put(key, entry(1_000, 900_000), large.stamp(key));
        }
        long heap = usedHeap() - before;

        assertThat((double) large.bytes() / heap).as("account over heap").isBetween(0.85, 1.15);
        assertThat(large.size()).isEqualTo(entries);
    }

    private L1Entry entry(int bytes, long ttlMillis) {
        return L1Entry.of(new CachedValue(new byte[bytes], 0, ttlMillis), SETTINGS, nanos.get(), 0, 1, true);
    }

    private static long usedHeap() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            least = Math.min(
                    least,
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return least;
    }
}
