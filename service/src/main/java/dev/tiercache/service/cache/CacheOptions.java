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
 * @param loads runs the computations that somebody waits for, each on a thread of its own
 * @param refreshes runs those behind answers, each on a thread of its own
 */
public record CacheOptions(
        Duration deadline, LongSupplier wall, Ticker ticker, Tags tags, Executor loads, Executor refreshes) {

    /** No value is served so long after it was computed, stale ones included: a purge of before is over. */
    static final Duration LONGEST_LIFE = Duration.ofDays(61);

    /** With virtual threads, and without tags. */
    public static CacheOptions of(Duration deadline, LongSupplier wall, Ticker ticker) {
        return new CacheOptions(deadline, wall, ticker, Tags.NONE, threads("load"), threads("refresh"));
    }

    /** With tags. */
    public CacheOptions with(Tags tags) {
        return new CacheOptions(deadline, wall, ticker, tags, loads, refreshes);
    }

    private static Executor threads(String name) {
        return task -> Thread.ofVirtual().name(name).start(task);
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
