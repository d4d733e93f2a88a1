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

/** Notes in Redis, now and then and at the end, what is read often here, and gives the heap of dead entries back. */
final class HottestNotes implements SmartLifecycle {

    static final int MOST = 200;
    static final Duration INTERVAL = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(HottestNotes.class);

    private final CacheAdmin admin;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("hottest-notes").factory());
    private volatile @Nullable ScheduledFuture<?> notes;

    HottestNotes(CacheAdmin admin) {
        this.admin = admin;
    }

    @Override
    public void start() {
        notes = thread.scheduleWithFixedDelay(
                this::note, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** After the web server, when all has been read, and before the cache is closed. */
    @Override
    public void stop() {
        notes = null;
        thread.shutdown();
        note();
    }

    @Override
    public boolean isRunning() {
        return notes != null;
    }

    @Override
    public int getPhase() {
        return 0;
    }

    private void note() {
        try {
            admin.noteHottest(MOST);
            admin.sweep();
        } catch (RuntimeException e) {
            // The next one is tried all the same.
            LOG.warn("event=note_hottest_failed error=\"{}\"", e.toString());
        }
    }
}
