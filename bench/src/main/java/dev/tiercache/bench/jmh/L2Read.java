package dev.tiercache.bench.jmh;

import dev.tiercache.bench.jmh.Alternation.Trial;
import dev.tiercache.bench.jmh.Comparison.Against;
import dev.tiercache.bench.jmh.Comparison.Measure;
import dev.tiercache.service.cache.l2.Envelope;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.ByteArrayCodec;

/**
 * A read of L2 over the loopback, what a miss in L1 costs that is a hit there: the command, the wait for its answer, and
 * making a value of the bytes. Ours checks the envelope of the value, JetCache reads a holder by Java serialization, its
 * default, and Redisson hands out the bytes as they are.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class L2Read {

    private static final int BATCH = 16;
    /** Nothing may come near to its end in a run: that would be answered otherwise. */
    private static final Duration TTL = Duration.ofHours(4);

    static final List<Comparison> COMPARISONS = List.of(
            new Comparison(
                    "B4 L2 read, 16 threads",
                    "A hit in the second tier, 5 KiB values, redis-server on the loopback, 16 threads",
                    Measure.OPERATIONS,
                    new Trial("L2Read.tiercache", 16),
                    List.of(
                            new Against("jetcache", new Trial("L2Read.jetcache", 16), 1.6),
                            new Against("redisson", new Trial("L2Read.redisson", 16), 2))),
            batch(16),
            batch(1));

    private static Comparison batch(int threads) {
        String by = Trial.by(threads);
        return new Comparison(
                "B4 L2 batch, " + by,
                "Keys read 16 at once beside one after another, 5 KiB values, redis-server on the loopback, " + by,
                Measure.OPERATIONS,
                new Trial("L2Read.tiercacheBatch", threads),
                List.of(new Against("single gets", new Trial("L2Read.tiercache", threads), 4)));
    }

    /** One key by our L2. */
    @Benchmark
    public byte[] tiercache(Tiercache state, Turn turn) throws Envelope.UnreadableException {
        return state.l2.read(turn.of(state.names));
    }

    /** Sixteen keys by our L2. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void tiercacheBatch(Tiercache state, Turn turn, Blackhole seen) throws Envelope.UnreadableException {
        for (byte[] body : state.l2.readAll(turn.of(state.names, BATCH))) {
            seen.consume(body);
        }
    }

    /** One key by the remote tier of JetCache. */
    @Benchmark
    public byte[] jetcache(JetCache state, Turn turn) {
        return Objects.requireNonNull(state.jetcache.remote.get(turn.of(state.names)));
    }

    /** One key by a bucket of Redisson. */
    @Benchmark
    public byte[] redisson(Redisson state, Turn turn) {
        return Objects.requireNonNull(state.client
                .<byte[]>getBucket(turn.of(state.names), ByteArrayCodec.INSTANCE)
                .get());
    }

    /** Our L2, filled. */
    @State(Scope.Benchmark)
    public static class Tiercache {
        private final String[] names = Bodies.names(TiercacheL2.PREFIX);
        private final TiercacheL2 l2 = new TiercacheL2();

        /** Fills it. */
        public Tiercache() {
            for (String name : names) {
                l2.fill(name, TTL);
            }
        }

        /** Closes the connections. */
        @TearDown
        public void close() {
            l2.close();
        }
    }

    /** The remote tier of JetCache, filled. */
    @State(Scope.Benchmark)
    public static class JetCache {
        private final String[] names = Bodies.names("");
        private final JetCacheTiers jetcache = new JetCacheTiers(Bodies.COUNT, TTL);

        /** Fills it. */
        public JetCache() {
            for (String name : names) {
                jetcache.remote.put(name, Bodies.body());
            }
        }

        /** Closes the connection. */
        @TearDown
        public void close() {
            jetcache.close();
        }
    }

    /** Buckets of Redisson, filled. */
    @State(Scope.Benchmark)
    public static class Redisson {
        private final String[] names = Bodies.names("redisson:");
        private final RedissonClient client = RedissonSetup.client();

        /** Fills them. */
        public Redisson() {
            for (String name : names) {
                client.getBucket(name, ByteArrayCodec.INSTANCE).set(Bodies.body(), TTL);
            }
        }

        /** Closes the connections. */
        @TearDown
        public void close() {
            client.shutdown();
        }
    }
}
