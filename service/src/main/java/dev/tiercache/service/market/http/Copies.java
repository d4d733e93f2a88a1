package dev.tiercache.service.market.http;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tiercache.service.market.MarketData.CopyListener;
import dev.tiercache.service.market.MarketData.Kind;
import dev.tiercache.service.market.MarketDataException;
import dev.tiercache.service.market.http.SourceMeters.Read;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answers of one kind, for all users: one is asked for once while it is fresh, by however many at once; the last good
 * one stays, and stands in when the source fails.
 */
final class Copies<T> {

    private static final Logger LOG = LoggerFactory.getLogger(Copies.class);

    /** A source that is away fails a hundred questions of every report: one line of them is enough. */
    private static final Duration BETWEEN_WARNINGS = Duration.ofSeconds(10);

    /** Asks the source. */
    interface Fetch<T> {
        T from(String name) throws MarketDataException;
    }

    /** What a question came to. */
    private sealed interface Result<T> {}

    /** An answer, and when the source gave it. */
    private record Copy<T>(T value, Instant at, long nanos) implements Result<T> {}

    /** No answer. It is no failed future: the cache would log each of those with its stack. */
    private record Failed<T>(Throwable why) implements Result<T> {}

    private final Kind kind;
    private final Fetch<T> source;
    private final Predicate<T> worthKeeping;
    private final HttpSourceLimits limits;
    private final SourceMeters meters;
    private final AsyncCache<String, Result<T>> fresh;
    private final Cache<String, Copy<T>> last;
    private final AtomicLong warned = new AtomicLong(System.nanoTime() - BETWEEN_WARNINGS.toNanos());

    /**
     * Keeps none yet.
     *
     * @param mostWeight what all copies weigh together at most
     * @param weight what one weighs
     * @param worthKeeping whether an answer may stand in for later ones: "there is none" may be a moment's mistake
     */
    Copies(
            Kind kind,
            long mostWeight,
            ToIntFunction<T> weight,
            Predicate<T> worthKeeping,
            HttpSourceLimits limits,
            SourceMeters meters,
            Fetch<T> source) {
        this.kind = kind;
        this.source = source;
        this.worthKeeping = worthKeeping;
        this.limits = limits;
        this.meters = meters;
        // Mostly, both hold the same objects.
        fresh = Caffeine.newBuilder()
                .maximumWeight(mostWeight)
                .weigher((String name, Result<T> result) ->
                        result instanceof Copy<T> copy ? weight.applyAsInt(copy.value) : 1)
                .expireAfterWrite(limits.fresh())
                .executor(Runnable::run)
                .buildAsync();
        last = Caffeine.newBuilder()
                .maximumWeight(mostWeight)
                .weigher((String name, Copy<T> copy) -> weight.applyAsInt(copy.value))
                .expireAfterWrite(limits.stale().compareTo(limits.soon()) > 0 ? limits.stale() : limits.soon())
                .executor(Runnable::run)
                .build();
    }

    /** A fresh answer; or, where the source fails, the last good one, of which the listener hears. */
    T get(String name, CopyListener listener) throws MarketDataException {
        try {
            return switch (asked(name, true).get()) {
                case Copy<T> copy -> copy.value;
                case Failed<T>(Throwable why) -> instead(name, why, listener);
            };
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MarketDataException("interrupted while waiting for " + kind, e);
        }
    }

    private T instead(String name, Throwable why, CopyListener listener) throws MarketDataException {
        if (!(why instanceof MarketDataException)) {
            throw new IllegalStateException(why);
        }
        Copy<T> copy = last.getIfPresent(name);
        if (copy == null || age(copy).compareTo(limits.stale()) > 0) {
            meters.read(kind, Read.FAILED);
            throw new MarketDataException(String.valueOf(why.getMessage()), why);
        }
        meters.read(kind, Read.STALE);
        listener.used(kind, name, copy.at);
        return copy.value;
    }

    /** The last good answer where it may be given without waiting, asked for anew behind it; else as {@link #get}. */
    T soon(String name, CopyListener listener) throws MarketDataException {
        Copy<T> copy = last.getIfPresent(name);
        if (copy == null || age(copy).compareTo(limits.soon()) > 0) {
            return get(name, listener);
        }
        if (age(copy).compareTo(limits.fresh()) > 0) {
            meters.read(kind, Read.SOON);
            CompletableFuture<Result<T>> unused = asked(name, false);
        } else {
            meters.read(kind, Read.FRESH);
        }
        return copy.value;
    }

    /** @param counted whether this is the read that the meters tell of */
    private CompletableFuture<Result<T>> asked(String name, boolean counted) {
        CompletableFuture<Result<T>> mine = new CompletableFuture<>();
        CompletableFuture<Result<T>> asked = fresh.get(name, (key, executor) -> mine);
        if (counted) {
            meters.read(kind, asked == mine ? Read.FETCHED : asked.isDone() ? Read.FRESH : Read.SHARED);
        }
        if (asked == mine) {
            Thread.ofVirtual().name("market-fetch").start(() -> fetch(name, mine));
        }
        return asked;
    }

    private void fetch(String name, CompletableFuture<Result<T>> asked) {
        try {
            Copy<T> copy = new Copy<>(source.from(name), Instant.now(), System.nanoTime());
            if (worthKeeping.test(copy.value)) {
                last.put(name, copy);
            }
            asked.complete(copy);
        } catch (MarketDataException | RuntimeException | Error e) {
            warn(e);
            // Only who asked while it was under way hears of it: the next one asks anew.
            fresh.asMap().remove(name, asked);
            asked.complete(new Failed<>(e));
        }
    }

    private void warn(Throwable e) {
        long now = System.nanoTime();
        long before = warned.get();
        if (now - before >= BETWEEN_WARNINGS.toNanos() && warned.compareAndSet(before, now)) {
            LOG.warn(
                    "event=market_data_failed kind={} reason=\"{}\"", kind, OneLine.of(String.valueOf(e.getMessage())));
        }
    }

    private Duration age(Copy<T> copy) {
        return Duration.ofNanos(System.nanoTime() - copy.nanos);
    }
}
