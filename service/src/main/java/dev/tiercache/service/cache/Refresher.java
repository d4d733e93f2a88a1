package dev.tiercache.service.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.tiercache.service.cache.metrics.CacheMeters;
import dev.tiercache.service.cache.metrics.CacheMeters.Trigger;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes values again behind answers: one refresh a name at a time, and so many at once. What callers ask for, and what
 * failed, is not tried again at once: a storm of requests for fresh values costs one computation.
 */
final class Refresher {

    private static final Logger LOG = LoggerFactory.getLogger(Refresher.class);
    private static final int MAX_REMEMBERED = 10_000;

    /** How many are under way at once. */
    static final int MAX_REFRESHES = 64;

    /** A name is refreshed by wish, or after a failure, at most this often by this instance. */
    static final Duration MIN_INTERVAL = Duration.ofSeconds(5);

    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    private final Cache<String, Boolean> recent;
    private final CacheMeters meters;
    private final Executor background;

    Refresher(CacheMeters meters, Ticker ticker, Executor background) {
        this.meters = meters;
        this.background = background;
        this.recent = Caffeine.newBuilder()
                .maximumSize(MAX_REMEMBERED)
                .expireAfterWrite(MIN_INTERVAL)
                .ticker(ticker)
                .executor(Runnable::run)
                .build();
    }

    /** The work of one refresh. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    /**
     * Asks for a refresh.
     *
     * @return whether one is under way now, this one or another
     */
    boolean request(String name, Trigger trigger, Work work) {
        if (underWay.contains(name)) {
            return true;
        }
        if (recent.getIfPresent(name) != null || underWay.size() >= MAX_REFRESHES) {
            return false;
        }
        if (!underWay.add(name)) {
            return true;
        }
        if (trigger == Trigger.FRESH) {
            recent.put(name, true);
        }
        background.execute(() -> run(name, trigger, work));
        return true;
    }

    int underWay() {
        return underWay.size();
    }

    private void run(String name, Trigger trigger, Work work) {
        boolean ok = false;
        try {
            work.run();
            ok = true;
        } catch (Exception e) {
            // The copy goes on being served until its time is over.
            LOG.debug("event=refresh_failed trigger={} error=\"{}\"", trigger, e.toString());
        } finally {
            if (!ok) {
                recent.put(name, true);
            }
            underWay.remove(name);
            meters.refreshed(trigger, ok);
        }
    }
}
