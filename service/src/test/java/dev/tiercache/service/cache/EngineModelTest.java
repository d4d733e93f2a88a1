package dev.tiercache.service.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.service.cache.metrics.CacheMeters;
import dev.tiercache.service.cache.model.CacheSettings;
import dev.tiercache.service.cache.model.Degradation;
import dev.tiercache.service.cache.model.L2Format;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * The flow of two instances against a model that any reader can check: random reads, failures, purges, changes from
 * outside, lost connections and time, in random order and in the midst of each other.
 *
 * <p>One thread does it all, so a seed is a history. Wherever an instance waits for Redis or for its loader, other things
 * may happen first: they run inside that call. Work behind answers waits in a queue until it is drawn.
 */
class EngineModelTest {

    private static final long TTL = 100_000;
    private static final long REVALIDATE = 10_000;
    private static final long IF_ERROR = 50_000;
    private static final List<String> NAMES = List.of("ann:A", "ann:A,B", "bob:B");
    private static final CacheSettings SETTINGS = new CacheSettings(
            "p:", TTL, TTL, 1 << 20, 0, 50, Degradation.L1_ONLY, REVALIDATE, IF_ERROR, 3_000, false, L2Format.JSON);

    private static final Tags TAGS = name -> List.of("user:" + name.substring(0, name.indexOf(':')));

    @Property(tries = 1_000)
    void everyAnswerIsOneThatTheModelAllows(@ForAll long seed) {
        History history = new History(seed);
        try {
            history.run(120);
        } catch (Exception | AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + String.join("; ", history.told), e);
        }
    }

    /** One history: the world, what has happened in it, and what may be answered after that. */
    private static final class History {
        private final Random random;
        private final AtomicLong now = new AtomicLong(1_764_000_000_000L);
        private final FakeL2.Store store = new FakeL2.Store(now::get);
        private final List<FakeL2> links = new ArrayList<>();
        private final List<TieredCache> instances = new ArrayList<>();
        private final Queue<Runnable> behind = new ArrayDeque<>();
        /** Flights that the one thread is in the midst of: it cannot also wait for them. */
        private final Set<String> inFlight = new HashSet<>();

        private final List<String> told = new ArrayList<>();
        private long version;

        /** When each version was begun to be computed. */
        private final Map<Long, Long> begun = new TreeMap<>();

        /** Versions of a name below this one were purged on both instances. */
        private final Map<String, Long> purgedBelow = new TreeMap<>();

        /** The same for what both instances must have heard of changes from outside. */
        private final Map<String, Long> changedBelow = new TreeMap<>();

        private int depth;

        History(long seed) {
            random = new Random(seed);
            for (int i = 0; i < 2; i++) {
                CacheOptions options = new CacheOptions(
                        Duration.ofSeconds(5),
                        now::get,
                        () -> TimeUnit.MILLISECONDS.toNanos(now.get()),
                        TAGS,
                        Runnable::run,
                        behind::add);
                instances.add(
                        new TieredCache(SETTINGS, options, new CacheMeters(new SimpleMeterRegistry()), listener -> {
                            FakeL2 link = new FakeL2(store, listener);
                            links.add(link);
                            return link;
                        }));
            }
            store.meanwhile = this::meanwhile;
        }

        void run(int steps) throws Exception {
            for (int i = 0; i < steps; i++) {
                step();
            }
        }

        private void meanwhile() {
            if (depth < 2 && random.nextInt(4) == 0) {
                depth++;
                try {
                    step();
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                } finally {
                    depth--;
                }
            }
        }

        private void step() throws Exception {
            String name = NAMES.get(random.nextInt(NAMES.size()));
            int who = random.nextInt(2);
            switch (random.nextInt(20)) {
                case 0, 1, 2, 3, 4, 5, 6, 7 -> read(who, name, false, random.nextInt(5) == 0);
                case 8 -> read(who, name, true, false);
                case 9 -> purge(who, random.nextBoolean() ? Scope.name(name) : Scope.tag("user:ann"));
                case 10 -> purge(who, Scope.ALL);
                case 11 -> {
                    tell("DEL " + name);
                    store.delete("p:" + name);
                    changed(name);
                }
                case 12 -> {
                    tell("FLUSHALL");
                    store.flush();
                    NAMES.forEach(this::changed);
                }
                case 13 -> {
                    tell("down " + who);
                    links.get(who).disconnect();
                }
                case 14 -> {
                    if (!links.get(who).up()) {
                        tell("up " + who);
                        links.get(who).reconnect();
                    }
                }
                case 15, 16 -> pass(50L * random.nextInt(60));
                case 17 -> pass(TTL / 2 + 50L * random.nextInt(2_000));
                default -> {
                    Runnable task = behind.poll();
                    if (task != null) {
                        tell("behind");
                        task.run();
                    }
                }
            }
        }

        /** In steps of 50 ms, so that no deletion falls into the last moment of a value, where it is its end as well. */
        private void pass(long millis) {
            tell("+" + millis);
            now.addAndGet(millis);
            store.expire();
        }

        private void purge(int who, Scope scope) {
            // No two purges are of one moment: their times tell them apart where Redis has lost its list.
            pass(50);
            tell("purge " + who + " " + scope.text());
            boolean bothUp = links.get(0).up() && links.get(1).up();
            // What is begun while the purge is under way is new.
            long newest = version;
            instances.get(who).admin().purge(scope);
            for (String name : NAMES) {
                if (bothUp && scope.covers(name, TAGS)) {
                    purgedBelow.put(name, newest + 1);
                }
            }
        }

        /** What is deleted from outside is heard of by whoever is connected; an instance that is not may serve on. */
        private void changed(String name) {
            if (links.get(0).up() && links.get(1).up() && depth == 0) {
                changedBelow.put(name, version + 1);
            }
        }

        private void read(int who, String name, boolean fresh, boolean fails) {
            String flight = who + name;
            if (!inFlight.add(flight)) {
                return;
            }
            // What is purged while this read is under way may still be its answer: it began before.
            long purged = purgedBelow.getOrDefault(name, 0L);
            long changed = changedBelow.getOrDefault(name, 0L);
            long asked = version;
            try {
                Served served = instances.get(who).get(name, fresh, () -> compute(name, fails));
                String body = new String(served.value().body(), StandardCharsets.UTF_8);
                tell("read " + who + " " + name + " -> " + served.layer() + " " + body);
                check(name, served, body, purged, changed);
            } catch (CacheException e) {
                tell("read " + who + " " + name + " -> " + e.reason());
                assertThat(e.reason()).isEqualTo(CacheException.Reason.LOAD_FAILED);
                assertThat(asked).isNotNegative();
            } finally {
                inFlight.remove(flight);
            }
        }

        private void check(String name, Served served, String body, long purged, long changed) {
            String[] parts = body.substring(1, body.length() - 1).split(" ", -1);
            assertThat(parts[0]).as("whose value").isEqualTo(name);
            long versionServed = Long.parseLong(parts[1]);
            long age = now.get() - begun.getOrDefault(versionServed, now.get());
            assertThat(versionServed).as("not purged").isGreaterThanOrEqualTo(purged);
            if (!served.stale()) {
                assertThat(versionServed).as("not changed from outside").isGreaterThanOrEqualTo(changed);
            }
            switch (served.staleness()) {
                // Time may have passed inside the call, after the answer was made: at most what the call itself saw.
                case NONE -> assertThat(served.ageMillis()).isLessThan(TTL);
                case REVALIDATING -> assertThat(served.ageMillis()).isBetween(TTL, TTL + REVALIDATE);
                case ERROR -> assertThat(served.ageMillis()).isBetween(TTL, TTL + IF_ERROR);
            }
            assertThat(served.ageMillis()).as("age").isLessThanOrEqualTo(age);
        }

        private byte[] compute(String name, boolean fails) {
            long mine = ++version;
            begun.put(mine, now.get());
            meanwhile();
            if (fails) {
                throw new IllegalStateException("no data");
            }
            return ("\"" + name + " " + mine + "\"").getBytes(StandardCharsets.UTF_8);
        }

        private void tell(String what) {
            told.add(what);
        }
    }
}
