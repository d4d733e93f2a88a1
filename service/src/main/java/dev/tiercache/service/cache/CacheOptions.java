package dev.tiercache.service.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/**
 * What a cache is made with and keeps.
 *
 * @param deadline the longest that one caller waits for an answer
 * @param wall this machine's clock, ms since the epoch; read at the start only
 * @param ticker a monotonic clock, ns
 * @param tags what values can be purged by
 * @param background runs computations and refreshes, each on a thread of its own
 */
public record CacheOptions(Duration deadline, LongSupplier wall, Ticker ticker, Tags tags, Executor background) {

    /** No value is served so long after it was computed, stale ones included: a purge of before is over. */
    static final Duration LONGEST_LIFE = Duration.ofDays(61);

    /** With virtual threads, and without tags. */
    public static CacheOptions of(Duration deadline, LongSupplier wall, Ticker ticker) {
        return new CacheOptions(
                deadline,
                wall,
                ticker,
                Tags.NONE,
                task -> Thread.ofVirtual().name("cache").start(task));
    }

    /** With tags. */
    public CacheOptions with(Tags tags) {
        return new CacheOptions(deadline, wall, ticker, tags, background);
    }

    /** The longest wait for a turn to compute: who gets none shall hear of the overload before the deadline. */
    Duration longestTurn() {
        return deadline.dividedBy(2);
    }

    /** The longest computation: longer than the deadline, for whoever asks again; but what hangs is given up. */
    Duration longestRun() {
        return deadline.multipliedBy(3);
    }
}
