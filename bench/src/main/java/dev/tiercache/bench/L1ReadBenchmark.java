package dev.tiercache.bench;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.tiercache.service.cache.CacheException;
import dev.tiercache.service.cache.Served;
import dev.tiercache.service.cache.TieredCache;
import dev.tiercache.service.cache.metrics.CacheMeters;
import dev.tiercache.service.cache.model.CacheSettings;
import dev.tiercache.service.cache.model.Degradation;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a hit in L1 costs in the engine (age, epoch and early-refresh checks, counters, the answer's object) beside what
 * Caffeine alone takes for bodies of the same size, bounded by bytes, with statistics and one expiry for all of them.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class L1ReadBenchmark {

    private static final int ENTRIES = 1_024;
    private static final int BODY_BYTES = 5 * 1024;

    private final String[] names = new String[ENTRIES];
    private final TieredCache engine = new TieredCache(
            new CacheSettings("ir_v1:", 900_000, 900_000, 64 << 20, 0, 50, Degradation.L1_ONLY),
            Duration.ofSeconds(10),
            System::currentTimeMillis,
            Ticker.systemTicker(),
            new CacheMeters(new SimpleMeterRegistry()),
            invalidations -> new NoL2());
    private final Cache<String, byte[]> caffeine = Caffeine.newBuilder()
            .maximumWeight(64 << 20)
            .weigher((String key, byte[] body) -> key.length() + body.length)
            .expireAfterWrite(Duration.ofSeconds(900))
            .recordStats()
            .build();

    /** Fills both. */
    public L1ReadBenchmark() {
        for (int i = 0; i < ENTRIES; i++) {
            names[i] = "user" + i + ":AAPL,MSFT";
            caffeine.put(names[i], new byte[BODY_BYTES]);
            read(names[i]);
        }
    }

    /** The next name of one thread. */
    @State(Scope.Thread)
    public static class Reader {
        private int next;

        String name(String[] names) {
            next = (next + 7) & (ENTRIES - 1);
            return names[next];
        }
    }

    /** A hit in the engine. */
    @Benchmark
    public Served engine(Reader reader) {
        return read(reader.name(names));
    }

    /** A hit in Caffeine alone. */
    @Benchmark
    public byte[] caffeine(Reader reader) {
        byte[] body = caffeine.getIfPresent(reader.name(names));
        if (body == null) {
            throw new IllegalStateException("everything was put there");
        }
        return body;
    }

    private Served read(String name) {
        try {
            return engine.get(name, false, () -> new byte[BODY_BYTES]);
        } catch (CacheException e) {
            throw new IllegalStateException(e);
        }
    }
}
