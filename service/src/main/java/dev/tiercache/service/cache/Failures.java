package dev.tiercache.service.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Remembers for a short time what could not be computed, so that a storm of requests for it costs one try. */
final class Failures {

    /** So many at most. */
    static final int MOST = 10_000;

    /** What may work the next time is tried again after so long at most. */
    static final Duration LONGEST_OF_ERRORS = Duration.ofSeconds(5);

    private record Failure(CacheException why, Duration keep) {}

    private final Cache<String, Failure> failures;

    Failures(Ticker ticker) {
        this.failures = Caffeine.newBuilder()
                .maximumSize(MOST)
                .ticker(ticker)
                .executor(Runnable::run)
                .expireAfter(Expiry.creating((String name, Failure failure) -> failure.keep()))
                .build();
    }

    /** Why a name could not be computed a moment ago; null when there is nothing to say against trying. */
    @Nullable
    CacheException of(String name) {
        Failure failure = failures.getIfPresent(name);
        return failure == null ? null : failure.why();
    }

    /**
     * Remembers a failure of the loader.
     *
     * @param ttlMillis how long, ms, when there is no such value; an error is remembered no longer than
     *     {@link #LONGEST_OF_ERRORS}
     */
    void remember(String name, CacheException failure, long ttlMillis) {
        if (ttlMillis <= 0 || failure.reason() != CacheException.Reason.LOAD_FAILED) {
            return;
        }
        boolean noValue = failure.getCause() instanceof Loader.NoValueException;
        long keep = noValue ? ttlMillis : Math.min(ttlMillis, LONGEST_OF_ERRORS.toMillis());
        failures.put(name, new Failure(failure, Duration.ofMillis(keep)));
    }

    void forget(String name) {
        failures.invalidate(name);
    }

    void forget(Predicate<String> names) {
        failures.asMap().keySet().removeIf(names);
    }

    long size() {
        return failures.estimatedSize();
    }
}
