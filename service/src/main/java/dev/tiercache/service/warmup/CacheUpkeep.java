package dev.tiercache.service.warmup;

import dev.tiercache.service.cache.CacheAdmin;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Does what nobody waits for, every 30 s and at the end: notes in Redis what is read often, gives back dead entries. */
final class CacheUpkeep implements SmartLifecycle {

    static final int MOST = 200;
    static final Duration INTERVAL = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(CacheUpkeep.class);

    private final CacheAdmin admin;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("cache-upkeep").factory());
    private volatile @Nullable ScheduledFuture<?> rounds;

    CacheUpkeep(CacheAdmin admin) {
        this.admin = admin;
    }

    @Override
    public void start() {
        rounds = thread.scheduleWithFixedDelay(
                this::keepUp, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** After the web server, when all has been read, and before the cache is closed. */
    @Override
    public void stop() {
        rounds = null;
        thread.shutdown();
        keepUp();
    }

    @Override
    public boolean isRunning() {
        return rounds != null;
    }

    @Override
    public int getPhase() {
        return 0;
    }

    private void keepUp() {
        try {
            admin.noteHottest(MOST);
            admin.sweep();
        } catch (RuntimeException e) {
            // The next one is tried all the same.
            LOG.warn("event=cache_upkeep_failed error=\"{}\"", e.toString());
        }
    }
}
