package dev.tiercache.bench.jmh;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tiercache.bench.jmh.Alternation.Trial;
import dev.tiercache.bench.jmh.Comparison.Against;
import dev.tiercache.bench.jmh.Comparison.Measure;
import dev.tiercache.service.cache.CacheException;
import dev.tiercache.service.cache.Loader;
import dev.tiercache.service.cache.Served;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.redisson.api.RLocalCachedMap;
import org.redisson.api.RedissonClient;

/**
 * A hit in L1: in the engine (bounded by bytes, age, epoch and early-refresh checks, counters, the answer's object; L2
 * is up), in Caffeine alone (bounded by bytes, one expiry, statistics), and in the local tiers of JetCache and Redisson
 * over the same Redis (bounded by entries, one expiry, statistics where there are any).
 *
 * <p>All are three quarters full: Caffeine saves itself the records of reads as long as it is not half full.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class L1Read {

    static final List<Comparison> COMPARISONS =
            IntStream.rangeClosed(1, 2).mapToObj(L1Read::comparison).toList();

    private static final int MAX_BYTES = Bodies.COUNT * (Bodies.BYTES + 400) * 4 / 3;
    private static final int MAX_ENTRIES = Bodies.COUNT * 4 / 3;
    /** Nothing may come near to its end in a run: that would be answered otherwise. */
    private static final Duration TTL = Duration.ofHours(4);

    private static Comparison comparison(int threads) {
        String by = Trial.by(threads);
        return new Comparison(
                "B3 L1 hit, " + by,
                "A hit in the first tier, 5 KiB values, with TTL, refresh check and statistics, " + by,
                Measure.CPU_NANOS,
                new Trial("L1Read.tiercache", threads),
                List.of(
                        new Against("caffeine", new Trial("L1Read.caffeine", threads), 0.5),
                        new Against("jetcache", new Trial("L1Read.jetcache", threads), 2.5),
                        new Against("redisson", new Trial("L1Read.redisson", threads), 6)));
    }

    /** A hit in the engine. */
    @Benchmark
    public Served tiercache(Tiercache state, Turn turn) throws CacheException {
        return state.engine.cache.get(turn.of(state.names), false, state.unneeded);
    }

    /** A hit in Caffeine alone. */
    @Benchmark
    public byte[] caffeine(CaffeineAlone state, Turn turn) {
        return Objects.requireNonNull(state.cache.getIfPresent(turn.of(state.names)));
    }

    /** A hit in the local tier of JetCache. */
    @Benchmark
    public byte[] jetcache(JetCache state, Turn turn) {
        return Objects.requireNonNull(state.jetcache.both.get(turn.of(state.names)));
    }

    /** A hit in the local tier of Redisson. */
    @Benchmark
    public byte[] redisson(Redisson state, Turn turn) {
        return Objects.requireNonNull(state.map.get(turn.of(state.names)));
    }

    /** The engine, filled. */
    @State(Scope.Benchmark)
    public static class Tiercache {
        private final String[] names = Bodies.names("");

        /** Every read is a hit. */
        private final Loader unneeded = () -> {
            throw new IllegalStateException("not in L1 any more");
        };

        private final TiercacheEngine engine = new TiercacheEngine(MAX_BYTES, TTL);

        /** Fills it. */
        @Setup(Level.Trial)
        public void fill() throws CacheException {
            for (String name : names) {
                engine.cache.get(name, false, Bodies::body);
            }
        }

        /** Closes the connection. */
        @TearDown
        public void close() {
            engine.cache.close();
        }
    }

    /** Caffeine, filled. */
    @State(Scope.Benchmark)
    public static class CaffeineAlone {
        private final String[] names = Bodies.names("");
        private final Cache<String, byte[]> cache = Caffeine.newBuilder()
                .maximumWeight(MAX_BYTES)
                .weigher((String key, byte[] body) -> key.length() + body.length + 400)
                .expireAfterWrite(TTL)
                .recordStats()
                .build();

        /** Fills it. */
        public CaffeineAlone() {
            for (String name : names) {
                cache.put(name, Bodies.body());
            }
        }
    }

    /** JetCache with both tiers, filled. */
    @State(Scope.Benchmark)
    public static class JetCache {
        private final String[] names = Bodies.names("");
        private final JetCacheTiers jetcache = new JetCacheTiers(MAX_ENTRIES, TTL);

        /** Fills both tiers. */
        public JetCache() {
            for (String name : names) {
                jetcache.both.put(name, Bodies.body());
            }
        }

        /** Closes the connection. */
        @TearDown
        public void close() {
            jetcache.close();
        }
    }

    /** A map of Redisson with a local copy, filled. */
    @State(Scope.Benchmark)
    public static class Redisson {
        private final String[] names = Bodies.names("");
        private final RedissonClient client = RedissonSetup.client();
        private final RLocalCachedMap<String, byte[]> map = RedissonSetup.localCachedMap(client, MAX_ENTRIES, TTL);

        /** Fills it, here and in Redis. */
        public Redisson() {
            for (String name : names) {
                map.fastPut(name, Bodies.body());
            }
        }

        /** Closes the connections. */
        @TearDown
        public void close() {
            client.shutdown();
        }
    }
}
