package dev.tiercache.service.cache.l2.redis;

import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.cache.metrics.CacheMeters;
import dev.tiercache.service.cache.metrics.CacheMeters.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes what could not be written while Redis was away: slowly, so that it comes second to requests, and never over
 * anything newer.
 */
final class WriteBack {

    private static final Duration TIMEOUT = Duration.ofMillis(500);
    private static final long PAUSE_MILLIS = 2;
    private static final int WRITERS_AT_THE_END = 32;

    private final WriteQueue queue = new WriteQueue();
    private final AtomicBoolean running = new AtomicBoolean();
    private final Supplier<@Nullable RedisSession> sessions;
    private final TierClock clock;
    private final L2.Listener listener;
    private final CacheMeters meters;

    WriteBack(Supplier<@Nullable RedisSession> sessions, TierClock clock, L2.Listener listener, CacheMeters meters) {
        this.sessions = sessions;
        this.clock = clock;
        this.listener = listener;
        this.meters = meters;
        meters.bounded("l2_writeback", WriteQueue.MAX_KEYS, queue, WriteQueue::size);
        meters.bounded("l2_writeback_bytes", WriteQueue.MAX_BYTES, queue, WriteQueue::bytes);
    }

    /** Keeps a value until it can be written. */
    void add(L2.Entry entry) {
        for (int gaveWay = queue.add(entry); gaveWay > 0; gaveWay--) {
            meters.writeDropped();
        }
    }

    /** Forgets an older value of a key, a newer one of which has just been written. */
    void supersede(String key) {
        if (queue.size() > 0) {
            queue.forget(key);
        }
    }

    int pending() {
        return queue.size();
    }

    /** Begins to write when something waits; called when the tier is up, and every second from then on. */
    void wake() {
        if (queue.size() > 0 && running.compareAndSet(false, true)) {
            var unused = Thread.ofVirtual().name("l2-writeback").start(this::drain);
        }
    }

    /** Writes what waits, for the last time and so no more slowly than Redis answers. Returns when that is done. */
    void finish(Duration most) throws InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        List<Thread> writers = new ArrayList<>();
        for (int i = 0; i < Math.min(WRITERS_AT_THE_END, queue.size()); i++) {
            writers.add(Thread.ofVirtual().name("l2-writeback-end").start(() -> writeUntil(end)));
        }
        for (Thread writer : writers) {
            writer.join(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        }
    }

    private void writeUntil(long end) {
        try {
            boolean more = true;
            while (more && end - System.nanoTime() > 0) {
                more = writeOne();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void drain() {
        try {
            while (writeOne()) {
                // At most 500 a second.
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            running.set(false);
        }
    }

    /** False when there is nothing more to do at present. */
    private boolean writeOne() throws InterruptedException {
        RedisSession session = sessions.get();
        L2.Entry entry = session == null ? null : queue.poll();
        if (session == null || entry == null) {
            return false;
        }
        if (entry.expiresAtMillis() <= clock.now() || !listener.mayWrite(entry)) {
            return true;
        }
        try {
            boolean unused = session.ask(
                    Operation.SET, TIMEOUT, commands -> NewerOnly.write(commands, entry, session.scripts()));
            return true;
        } catch (TimeoutException e) {
            queue.giveBack(entry);
            return false;
        } catch (ExecutionException e) {
            if (RedisSession.refused(e.getCause())) {
                meters.writeDropped();
                return true;
            }
            queue.giveBack(entry);
            return false;
        }
    }
}
