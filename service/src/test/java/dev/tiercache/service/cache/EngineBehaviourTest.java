package dev.tiercache.service.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tiercache.service.cache.CacheException.Reason;
import dev.tiercache.service.cache.Served.Staleness;
import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.cache.metrics.CacheMeters;
import dev.tiercache.service.cache.model.CacheSettings;
import dev.tiercache.service.cache.model.Degradation;
import dev.tiercache.service.cache.model.L2Format;
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
import org.junit.jupiter.api.Test;

/** What a reader gets when a value is over, its computation fails or hangs, others compute it, or somebody purges it. */
class EngineBehaviourTest {

    private static final String NAME = "ann:AAPL";
    private static final String KEY = "ir_v1:ann:AAPL";
    private static final long TTL = 100_000;
    private static final CacheSettings SETTINGS = new CacheSettings(
            "ir_v1:", TTL, TTL, 1 << 20, 0, 50, Degradation.L1_ONLY, 10_000, 60_000, 30_000, true, L2Format.JSON);

    private final AtomicLong now = new AtomicLong(1_764_000_000_000L);
    private final FakeL2.Store store = new FakeL2.Store(now::get);
    private final List<FakeL2> links = new ArrayList<>();
    private final AtomicInteger computed = new AtomicInteger();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final TieredCache cache = instance();

    @Test
    void aValueThatIsJustOverIsServedMarkedStaleAndComputedAnewBehindTheAnswer() throws Exception {
        get(cache);
        pass(TTL + 1);

        Served stale = get(cache);

        assertThat(stale.staleness()).isEqualTo(Staleness.REVALIDATING);
        assertThat(stale.remainingMillis()).isZero();
        assertThat(stale.refreshing()).isTrue();
        await().until(() -> !get(cache).stale());
        assertThat(computed).hasValue(2);
    }

    @Test
    void beyondThatWindowTheNewValueIsWaitedFor() throws Exception {
        get(cache);
        pass(TTL + 10_000);

        assertThat(get(cache).layer()).isEqualTo(Layer.ORIGIN);
    }

    @Test
    void whatCannotBeComputedAnewIsServedStaleAndTheOriginIsNotAskedEachTime() throws Exception {
        get(cache);
        pass(TTL + 20_000);
        AtomicInteger tries = new AtomicInteger();
        Loader failing = () -> {
            tries.incrementAndGet();
            throw new IllegalStateException("no data");
        };

        for (int i = 0; i < 20; i++) {
            Served stale = cache.get(NAME, false, failing);
            assertThat(stale.staleness()).isEqualTo(Staleness.ERROR);
            assertThat(stale.ageMillis()).isEqualTo(TTL + 20_000);
        }
        assertThat(tries).hasValue(1);

        pass(40_000);
        assertThatThrownBy(() -> cache.get(NAME, false, failing)).isInstanceOf(CacheException.class);
    }

    @Test
    void aHitThatTheCallerCannotUseIsNotCountedAsOne() throws Exception {
        get(cache);

        assertThat(cache.hit(NAME, false, this::compute, value -> false)).isNull();
        assertThat(l1Hits()).isZero();
        assertThat(cache.hit(NAME, false, this::compute, value -> true)).isNotNull();
        assertThat(l1Hits()).isOne();
    }

    @Test
    void whoHasAStaleCopyWaitsForASlowOriginOnlyAMoment() throws Exception {
        get(cache);
        pass(TTL + 20_000);
        CountDownLatch go = new CountDownLatch(1);

        Served stale = cache.get(NAME, false, () -> {
            go.await();
            return compute();
        });

        assertThat(stale.staleness()).isEqualTo(Staleness.ERROR);
        assertThat(stale.refreshing()).isTrue();
        go.countDown();
        await().until(() -> !get(cache).stale());
    }

    @Test
    void whoLosesTheCopyToFallBackOnWaitsForTheNewValue() throws Exception {
        get(cache);
        pass(TTL + 20_000);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Served> waiting = threads.submit(() -> cache.get(NAME, false, () -> {
                begun.countDown();
                go.await();
                return compute();
            }));
            begun.await();
            cache.admin().purge(Scope.name(NAME));
            await().during(TieredCache.SOFT_DEADLINE.multipliedBy(2)).until(() -> !waiting.isDone());
            go.countDown();

            assertThat(waiting.get().layer()).isEqualTo(Layer.ORIGIN);
        }
    }

    @Test
    void aFailureIsRememberedForAMomentAndTheLackOfAValueForLonger() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        Loader failing = () -> {
            tries.incrementAndGet();
            throw new IllegalStateException("no data");
        };
        Loader unknown = () -> {
            tries.incrementAndGet();
            throw new Loader.NoValueException(new IllegalStateException("unknown"));
        };

        fail("a", failing, 3);
        assertThat(tries).hasValue(1);
        pass(Failures.LONGEST_OF_ERRORS.toMillis() + 1);
        fail("a", failing, 1);
        assertThat(tries).hasValue(2);

        fail("b", unknown, 3);
        pass(29_000);
        fail("b", unknown, 3);
        assertThat(tries).hasValue(3);
        pass(1_001);
        fail("b", unknown, 1);
        assertThat(tries).hasValue(4);
    }

    @Test
    void whoIsNotAdmittedHearsSoAndNothingIsRemembered() throws Exception {
        Loader refused = new Loader() {
            @Override
            public byte[] load() {
                throw new AssertionError("not admitted");
            }

            @Override
            public void admit() throws NotAdmittedException {
                throw new NotAdmittedException("enough", 7_000);
            }
        };

        assertThatThrownBy(() -> cache.get(NAME, false, refused)).isInstanceOfSatisfying(CacheException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.LIMITED);
            assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(7));
        });
        assertThat(get(cache).layer()).isEqualTo(Layer.ORIGIN);
        assertThat(cache.get(NAME, false, refused).layer()).as("a hit").isEqualTo(Layer.L1);
    }

    @Test
    void tenInstancesAndOneColdKeyAreOneComputation() throws Exception {
        List<TieredCache> ten = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ten.add(instance());
        }
        CountDownLatch together = new CountDownLatch(1);
        List<Future<Served>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (TieredCache each : ten) {
                answers.add(threads.submit(() -> {
                    together.await();
                    return get(each);
                }));
            }
            together.countDown();
            for (Future<Served> answer : answers) {
                assertThat(answer.get().layer()).isIn(Layer.ORIGIN, Layer.L2);
            }
        }

        assertThat(computed).hasValue(1);
    }

    @Test
    void aLockWhoseHolderHasDiedKeepsNobodyFromAnAnswer() throws Exception {
        TieredCache hasty = instance(SETTINGS, Duration.ofSeconds(4));
        var unused = links.getFirst().tryLock(KEY, Duration.ofSeconds(10), Duration.ofMillis(50));

        assertThat(get(hasty).layer()).isEqualTo(Layer.ORIGIN);
    }

    @Test
    void anInstanceThatFailsLeavesTheComputationToTheNext() throws Exception {
        TieredCache other = instance();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Served> first = threads.submit(() -> cache.get(NAME, false, () -> {
                begun.countDown();
                go.await();
                throw new IllegalStateException("no data");
            }));
            begun.await();
            Future<Served> second = threads.submit(() -> get(other));
            go.countDown();

            assertThat(second.get().layer()).isEqualTo(Layer.ORIGIN);
            assertThatThrownBy(first::get).hasCauseInstanceOf(CacheException.class);
        }
        assertThat(computed).hasValue(1);
    }

    @Test
    void aPurgeIsAboutWhatItSaysOnEveryInstanceAndInRedis() throws Exception {
        TieredCache other = instance();
        for (String name : List.of("ann:AAPL", "ann:MSFT", "bob:AAPL")) {
            get(cache, name);
            get(other, name);
        }
        pass(1);

        assertThat(cache.admin().purge(Scope.tag("user:ann"))).isEqualTo(2);
        pass(1);

        assertThat(get(other, "bob:AAPL").layer()).isEqualTo(Layer.L1);
        assertThat(get(other, "ann:AAPL").layer()).isEqualTo(Layer.ORIGIN);
        assertThat(store.holds("ir_v1:ann:MSFT")).isFalse();

        assertThat(other.admin().purge(Scope.tag("symbol:AAPL"))).isEqualTo(2);
        pass(1);
        assertThat(get(cache, "bob:AAPL").layer()).isEqualTo(Layer.ORIGIN);
        assertThat(cache.admin().purge(Scope.name("bob:AAPL"))).isEqualTo(1);
        assertThat(cache.admin().purge(Scope.ALL)).isZero();
    }

    @Test
    void whatWasBegunBeforeAPurgeNeverComesBack() throws Exception {
        TieredCache other = instance();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Served> slow = threads.submit(() -> cache.get(NAME, false, () -> {
                begun.countDown();
                go.await();
                return compute();
            }));
            begun.await();
            other.admin().purge(Scope.ALL);
            go.countDown();

            assertThat(slow.get().way().toL2()).isFalse();
        }
        assertThat(store.holds(KEY)).isFalse();
        assertThat(cache.l1Entries()).isZero();
    }

    @Test
    void aPurgeMadeWhileAnInstanceWasAwayIsHeardBeforeItIsBack() throws Exception {
        TieredCache other = instance();
        get(cache);
        get(other);
        links.get(1).disconnect();
        Served made = get(other, "ann:MSFT");
        pass(1);

        cache.admin().purge(Scope.tag("user:ann"));
        pass(1);
        links.get(1).reconnect();

        assertThat(made.layer()).isEqualTo(Layer.ORIGIN);
        assertThat(store.holds("ir_v1:ann:MSFT")).as("waited to be written").isFalse();
        assertThat(get(other).layer()).isEqualTo(Layer.ORIGIN);
    }

    @Test
    void whatIsComputedWhileRedisIsAwayIsWrittenWhenItIsBack() throws Exception {
        links.getFirst().disconnect();
        assertThat(get(cache).way().toL2()).isFalse();

        links.getFirst().reconnect();

        assertThat(store.holds(KEY)).isTrue();
        assertThat(get(cache).layer()).as("confirmed").isEqualTo(Layer.L1);
        assertThat(computed).hasValue(1);
    }

    @Test
    void aNewInstanceWarmsUpWithWhatOthersHaveComputed() throws Exception {
        for (int i = 0; i < 150; i++) {
            get(cache, "ann:S" + i);
        }
        TieredCache fresh = instance();

        assertThat(fresh.admin().warmUp(100, Duration.ofSeconds(1))).isEqualTo(100);
        assertThat(fresh.l1Entries()).isEqualTo(100);
        assertThat(fresh.admin().warmUp(1_000, Duration.ZERO)).as("no time").isZero();
    }

    @Test
    void theEndOfAValueInRedisLeavesItsStaleCopyAndADeletionDoesNot() throws Exception {
        get(cache);
        get(cache, "ann:MSFT");
        store.delete("ir_v1:ann:MSFT");
        pass(TTL + 1);
        store.expire();

        assertThat(get(cache).stale()).isTrue();
        assertThat(get(cache, "ann:MSFT").layer()).isEqualTo(Layer.ORIGIN);
    }

    @Test
    void aStepOfThisMachinesClockMakesNothingOlderOrYounger() throws Exception {
        AtomicLong wall = new AtomicLong(now.get());
        CacheOptions options = CacheOptions.of(Duration.ofSeconds(5), wall::get, this::tick);
        TieredCache stepped =
                new TieredCache(SETTINGS, options, new CacheMeters(new SimpleMeterRegistry()), this::link);
        get(stepped);
        for (long step : new long[] {5_000, -10_000}) {
            wall.addAndGet(step);
            assertThat(get(stepped).ageMillis()).isZero();
            assertThat(get(stepped, "ann:" + step).value().createdAtMillis()).isEqualTo(now.get());
        }
    }

    @Test
    void instancesWhoseClocksDifferAgreeOnAgesOnceRedisHasToldItsTime() throws Exception {
        CacheOptions fast = CacheOptions.of(Duration.ofSeconds(5), () -> now.get() + 5_000, this::tick);
        TieredCache other = new TieredCache(SETTINGS, fast, new CacheMeters(new SimpleMeterRegistry()), this::link);
        links.getLast().tellTime();
        get(other);
        pass(2_000);

        assertThat(get(cache).ageMillis()).isEqualTo(2_000);
    }

    @Test
    void tenThousandKeysLeaveNothingBehindButWhatL1Keeps() throws Exception {
        for (int i = 0; i < 10_000; i++) {
            get(cache, "ann:S" + i);
        }
        cache.admin().purge(Scope.ALL);
        pass(TTL + 100_000);
        get(cache);

        assertThat(cache.l1Entries()).isEqualTo(1);
        assertThat(cache.l1Bytes()).isLessThan(2_000);
        assertThat(registry.find("ir.queue.depth").gauges())
                .allSatisfy(gauge ->
                        assertThat(gauge.value()).as(gauge.getId().toString()).isLessThanOrEqualTo(1));
    }

    private long tick() {
        return TimeUnit.MILLISECONDS.toNanos(now.get());
    }

    private void pass(long millis) {
        now.addAndGet(millis);
    }

    private byte[] compute() {
        return ("{\"computation\":" + computed.incrementAndGet() + "}").getBytes(StandardCharsets.UTF_8);
    }

    private Served get(TieredCache from) throws CacheException {
        return get(from, NAME);
    }

    private Served get(TieredCache from, String name) throws CacheException {
        return from.get(name, false, this::compute);
    }

    private void fail(String name, Loader loader, int times) {
        for (int i = 0; i < times; i++) {
            assertThatThrownBy(() -> cache.get(name, false, loader)).isInstanceOf(CacheException.class);
        }
    }

    private FakeL2 link(L2.Listener listener) {
        FakeL2 link = new FakeL2(store, listener);
        links.add(link);
        return link;
    }

    private TieredCache instance() {
        return instance(SETTINGS, Duration.ofSeconds(5));
    }

    private TieredCache instance(CacheSettings settings, Duration deadline) {
        CacheOptions options = CacheOptions.of(deadline, now::get, this::tick).with(EngineBehaviourTest::tags);
        return new TieredCache(settings, options, new CacheMeters(registry), this::link);
    }

    private static List<String> tags(String name) {
        String[] parts = name.split(":", 2);
        return List.of("user:" + parts[0], "symbol:" + parts[parts.length - 1]);
    }

    private double l1Hits() {
        return registry.get("ir.cache.gets")
                .tags("layer", "l1", "result", "hit")
                .functionCounter()
                .count();
    }
}
