package dev.tiercache.service.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tiercache.service.cache.metrics.CacheMeters;
import dev.tiercache.service.cache.model.CacheSettings;
import dev.tiercache.service.cache.model.Degradation;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The flow of a read, where time, order and concurrency decide; Redis itself is in TieredCacheProcessIT. */
class TieredCacheTest {

    private static final String NAME = "ann:AAPL";
    private static final String KEY = "ir_v1:ann:AAPL";
    private static final long TTL = 100_000;

    /** So many computations run at once. */
    private static final int PLACES = 2 * Runtime.getRuntime().availableProcessors();

    private final AtomicLong now = new AtomicLong(1_764_000_000_000L);
    private final FakeL2.Store store = new FakeL2.Store(now::get);
    private final AtomicInteger computed = new AtomicInteger();
    private final AtomicReference<@Nullable FakeL2> link = new AtomicReference<>();
    private final TieredCache cache = cache(settings(TTL, TTL));

    @Test
    void nearTheEndOfItsTimeAValueIsServedAndComputedAnewBehindTheAnswer() throws Exception {
        get(cache);
        now.addAndGet(TTL * 79 / 100);
        assertThat(get(cache).refreshing()).isFalse();

        now.addAndGet(TTL / 100);
        Served early = get(cache);

        assertThat(early.layer()).isEqualTo(Layer.L1);
        assertThat(early.refreshing()).isTrue();
        await().until(() -> get(cache).ageMillis() == 0);
        assertThat(computed).hasValue(2);
    }

    @Test
    void anEarlyRefreshTakesWhatAnotherInstanceHasComputed() throws Exception {
        get(cache);
        now.addAndGet(TTL * 85 / 100);
        TieredCache other = cache(settings(TTL, TTL));
        // Only the other one asks for a fresh value; this one hears of it and finds it in L2.
        other.get(NAME, true, this::compute);
        await().until(() -> get(other).ageMillis() == 0);

        await().until(() -> get(cache).ageMillis() == 0);
        assertThat(computed).hasValue(2);
    }

    @Test
    void aLoweredTtlCountsAtOnceAndARaisedOneNotForWhatIsThere() throws Exception {
        get(cache);
        now.addAndGet(50_000);

        cache.apply(settings(TTL * 9, TTL * 9));
        assertThat(get(cache).remainingMillis()).isEqualTo(50_000);
        cache.apply(settings(40_000, 40_000));

        assertThat(get(cache).layer()).isEqualTo(Layer.ORIGIN);
    }

    @Test
    void aShortL1TtlReadsL2AgainAndNotTheOrigin() throws Exception {
        TieredCache brief = cache(settings(1_000, TTL));
        get(brief);
        now.addAndGet(1_001);

        assertThat(get(brief).layer()).isEqualTo(Layer.L2);
        assertThat(get(brief).remainingMillis()).as("of the copy").isEqualTo(1_000);
        assertThat(computed).hasValue(1);
    }

    @Test
    void aHerdOnOneKeyIsOneComputation() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        List<Served> answers = herd(50, i -> {
            asked.incrementAndGet();
            return cache.get(NAME, false, () -> {
                await().until(() -> asked.get() == 50);
                return compute();
            });
        });

        assertThat(computed).hasValue(1);
        assertThat(answers)
                .filteredOn(a -> a.layer() == Layer.ORIGIN && !a.collapsed())
                .hasSize(1);
    }

    @Test
    void aStormOfFreshRequestsIsOneRefresh() throws Exception {
        get(cache);

        List<Served> answers = herd(100, i -> cache.get(NAME, true, this::compute));

        assertThat(answers).allMatch(Served::cached).anyMatch(Served::refreshing);
        await().until(() -> computed.get() == 2);
        assertThat(cache.get(NAME, true, this::compute).refreshing())
                .as("again within 5 s")
                .isFalse();
        now.addAndGet(5_001);
        assertThat(cache.get(NAME, true, this::compute).refreshing()).isTrue();
    }

    @Test
    void refreshesLeaveRoomForWhatSomebodyWaitsFor() throws Exception {
        CountDownLatch refreshed = new CountDownLatch(1);
        for (int i = 0; i < 2 * PLACES; i++) {
            cache.get("bob:S" + i, false, this::compute);
        }
        for (int i = 0; i < 2 * PLACES; i++) {
            Served served = cache.get("bob:S" + i, true, () -> {
                refreshed.await();
                return compute();
            });
            assertThat(served.refreshing()).isTrue();
        }

        assertThat(get(cache).layer()).isEqualTo(Layer.ORIGIN);

        refreshed.countDown();
        await().until(() -> computed.get() == 4 * PLACES + 1);
    }

    @Test
    void aFailureIsTheAnswerOfThoseWhoWaitedAndOfNobodyAfterThem() throws Exception {
        assertThatThrownBy(() -> cache.get(NAME, false, () -> {
                    throw new IllegalStateException("no data");
                }))
                .isInstanceOfSatisfying(
                        CacheException.class, e -> assertThat(e.reason()).isEqualTo(CacheException.Reason.LOAD_FAILED))
                .hasRootCauseMessage("no data");

        assertThat(get(cache).layer()).isEqualTo(Layer.ORIGIN);
    }

    @Test
    void whoDoesNotWaitLongerIsToldAndTheValueIsThereForTheNext() throws Exception {
        TieredCache hasty = cache(settings(TTL, TTL), Duration.ofMillis(500));
        CountDownLatch go = new CountDownLatch(1);

        assertThatThrownBy(() -> hasty.get(NAME, false, () -> {
                    go.await();
                    return compute();
                }))
                .isInstanceOfSatisfying(
                        CacheException.class, e -> assertThat(e.reason()).isEqualTo(CacheException.Reason.DEADLINE));
        go.countDown();

        await().until(() -> hasty.l1Entries() == 1);
        assertThat(get(hasty).layer()).isEqualTo(Layer.L1);
    }

    @Test
    void loadersThatHangAreGivenUpAndBlockNeitherTheirKeysNorOthers() throws Exception {
        TieredCache hasty = cache(settings(TTL, TTL), Duration.ofMillis(500));
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < PLACES; i++) {
            String name = "hangs:S" + i;
            callers.add(Thread.ofVirtual()
                    .start(() -> assertThatThrownBy(() -> hasty.get(name, false, TieredCacheTest::hang))
                            .isInstanceOfSatisfying(
                                    CacheException.class,
                                    e -> assertThat(e.reason()).isEqualTo(CacheException.Reason.DEADLINE))));
        }
        for (Thread caller : callers) {
            caller.join();
        }

        await().ignoreExceptions()
                .until(() -> hasty.get("hangs:S0", false, this::compute).cached());
        assertThat(get(hasty).layer()).isEqualTo(Layer.ORIGIN);
    }

    @Test
    void whoGetsNoTurnToComputeHearsOfTheOverloadAndNotOfTheDeadline() throws Exception {
        TieredCache busy = cache(settings(TTL, TTL), Duration.ofSeconds(2));
        CountDownLatch working = new CountDownLatch(PLACES);
        CountDownLatch go = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < PLACES; i++) {
                String name = "slow:S" + i;
                var unused = threads.submit(() -> busy.get(name, false, () -> {
                    working.countDown();
                    go.await();
                    return compute();
                }));
            }
            working.await();

            assertThatThrownBy(() -> get(busy))
                    .isInstanceOfSatisfying(
                            CacheException.class,
                            e -> assertThat(e.reason()).isEqualTo(CacheException.Reason.OVERLOADED));
            go.countDown();
        }
    }

    @Test
    void whatWasDeletedWhileItWasComputedIsServedButNotKeptInL1() throws Exception {
        Served served = cache.get(NAME, false, () -> {
            store.delete(KEY);
            return compute();
        });

        assertThat(served.layer()).isEqualTo(Layer.ORIGIN);
        assertThat(cache.l1Entries()).isZero();
    }

    @Test
    void anEntryOfAnEarlierConnectionIsServedWhileRedisIsAwayAndCheckedWhenItIsBack() throws Exception {
        get(cache);
        FakeL2 l2 = lastLink();
        l2.disconnect();
        l2.reconnect();
        l2.disconnect();
        assertThat(get(cache).layer()).as("cannot be checked").isEqualTo(Layer.L1);

        store.delete(KEY);
        l2.reconnect();

        assertThat(get(cache).layer()).as("gone from L2").isEqualTo(Layer.ORIGIN);
    }

    @Test
    void withDegradationFailNoRefreshRunsWhileRedisIsAway() throws Exception {
        cache.apply(new CacheSettings("ir_v1:", TTL, TTL, 1 << 20, 0, 50, Degradation.FAIL));
        get(cache);
        lastLink().disconnect();

        assertThat(cache.get(NAME, true, this::compute).layer()).isEqualTo(Layer.L1);
        assertThatThrownBy(() -> cache.get("bob:X", false, this::compute)).isInstanceOf(CacheException.class);
        assertThat(computed).hasValue(1);
    }

    @Test
    void jitterOnlyTakesAway() throws Exception {
        TieredCache jittery = cache(new CacheSettings("ir_v1:", TTL, TTL, 1 << 20, 20, 50, Degradation.L1_ONLY));
        for (int i = 0; i < 200; i++) {
            jittery.get("u:S" + i, false, this::compute);
            assertThat(store.ttlMillis("ir_v1:u:S" + i)).isBetween(TTL * 80 / 100, TTL);
        }
    }

    @Test
    void anotherPrefixMakesOtherValues() throws Exception {
        get(cache);

        cache.apply(new CacheSettings("ir_v2:", TTL, TTL, 1 << 20, 0, 50, Degradation.L1_ONLY));

        assertThat(get(cache).layer()).isEqualTo(Layer.ORIGIN);
        assertThat(store.holds("ir_v2:ann:AAPL")).isTrue();
    }

    /** Steps: 0..2 read from one of three instances, 3 lose a connection, 4 come back, 5..9 let time pass. */
    @Property(tries = 200)
    void noValueIsEverServedBeyondItsTimeWhateverWayItTook(
            @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 9) Integer> steps) throws Exception {
        FakeL2.Store shared = new FakeL2.Store(now::get);
        List<FakeL2> links = new ArrayList<>();
        List<TieredCache> instances = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            instances.add(cache(shared, links, settings(i == 0 ? 20_000 : TTL, TTL)));
        }
        for (int i = 0; i < steps.size(); i++) {
            int step = steps.get(i);
            if (step < 3) {
                Served served = get(instances.get(step));
                assertThat(served.ageMillis()).isLessThan(TTL);
                assertThat(served.ageMillis() + served.remainingMillis()).isLessThanOrEqualTo(TTL);
                assertThat(served.remainingMillis()).isPositive();
            } else if (step == 3) {
                links.get(i % 3).disconnect();
            } else if (step == 4) {
                links.get(i % 3).reconnect();
            } else {
                now.addAndGet(step * 3_000L);
            }
        }
    }

    private byte[] compute() {
        return ("{\"computation\":" + computed.incrementAndGet() + "}").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] hang() throws InterruptedException {
        new CountDownLatch(1).await();
        return new byte[0];
    }

    private Served get(TieredCache from) throws CacheException {
        return from.get(NAME, false, this::compute);
    }

    private FakeL2 lastLink() {
        FakeL2 last = link.get();
        if (last == null) {
            throw new IllegalStateException("no cache yet");
        }
        return last;
    }

    private TieredCache cache(CacheSettings settings) {
        return cache(settings, Duration.ofSeconds(10));
    }

    private TieredCache cache(CacheSettings settings, Duration deadline) {
        return new TieredCache(
                settings,
                deadline,
                now::get,
                () -> TimeUnit.MILLISECONDS.toNanos(now.get()),
                new CacheMeters(new SimpleMeterRegistry()),
                invalidations -> {
                    FakeL2 l2 = new FakeL2(store, invalidations);
                    link.set(l2);
                    return l2;
                });
    }

    private TieredCache cache(FakeL2.Store shared, List<FakeL2> links, CacheSettings settings) {
        return new TieredCache(
                settings,
                Duration.ofSeconds(10),
                now::get,
                () -> TimeUnit.MILLISECONDS.toNanos(now.get()),
                new CacheMeters(new SimpleMeterRegistry()),
                invalidations -> {
                    FakeL2 l2 = new FakeL2(shared, invalidations);
                    links.add(l2);
                    return l2;
                });
    }

    private static CacheSettings settings(long l1Ttl, long l2Ttl) {
        return new CacheSettings("ir_v1:", l1Ttl, l2Ttl, 1 << 20, 0, 50, Degradation.L1_ONLY);
    }

    @FunctionalInterface
    private interface Request {
        Served send(int number) throws Exception;
    }

    private static List<Served> herd(int size, Request request) throws Exception {
        CountDownLatch together = new CountDownLatch(1);
        List<Future<Served>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < size; i++) {
                int number = i;
                answers.add(threads.submit(() -> {
                    together.await();
                    return request.send(number);
                }));
            }
            together.countDown();
            List<Served> served = new ArrayList<>();
            for (Future<Served> answer : answers) {
                served.add(answer.get());
            }
            return served;
        }
    }
}
