package dev.tiercache.service.web;

import dev.tiercache.service.cache.CacheException;
import dev.tiercache.service.cache.Loader;
import dev.tiercache.service.cache.Served;
import dev.tiercache.service.cache.TieredCache;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Reads reports from the cache for clients that wait for them, and for clients that rather come again. */
final class ReportReader {

    /** So many reads go on at once without a client that waits; beyond that, clients are made to wait. */
    private static final int MOST_DETACHED = 1024;

    private final TieredCache cache;
    private final Duration deadline;
    private final Semaphore detached = new Semaphore(MOST_DETACHED);

    /**
     * Makes one.
     *
     * @param deadline the longest that a client waits
     */
    ReportReader(TieredCache cache, Duration deadline) {
        this.cache = cache;
        this.deadline = deadline;
    }

    /**
     * Reads one.
     *
     * @param preference what the client says of answers that take long; null: nothing
     * @return null when the client was to come again: the report is being computed
     */
    @Nullable
    Served read(String name, boolean fresh, Loader loader, @Nullable Preference preference) throws CacheException {
        if (preference == null) {
            return cache.get(name, fresh, loader);
        }
        Served hit = cache.hit(name, fresh, loader);
        if (hit != null || !detached.tryAcquire()) {
            return hit != null ? hit : cache.get(name, fresh, loader);
        }
        CompletableFuture<Served> read = detachedRead(name, fresh, loader);
        Duration wait = preference.wait(deadline);
        // Who waits for no time at all is not answered now and then, by who is faster.
        return wait.isZero() ? null : await(read, wait);
    }

    private CompletableFuture<Served> detachedRead(String name, boolean fresh, Loader loader) {
        CompletableFuture<Served> read = new CompletableFuture<>();
        Thread.ofVirtual().name("detached-read").start(() -> {
            try {
                read.complete(cache.get(name, fresh, loader));
            } catch (CacheException | RuntimeException e) {
                read.completeExceptionally(e);
            } finally {
                detached.release();
            }
        });
        return read;
    }

    private static @Nullable Served await(CompletableFuture<Served> read, Duration longest) throws CacheException {
        try {
            return read.get(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return null;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CacheException known) {
                throw known;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CacheException(CacheException.Reason.DEADLINE, "interrupted", Duration.ofSeconds(1), e);
        }
    }
}
