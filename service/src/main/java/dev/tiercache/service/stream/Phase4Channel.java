package dev.tiercache.service.stream;

import dev.tiercache.service.cache.flight.Bulkhead;
import dev.tiercache.service.report.ReportSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.socket.CloseStatus;

/**
 * The sockets of one user and the thread that serves them: one computation goes to all, at once when somebody comes or
 * asks for it, then every interval; and whoever is silent or here for too long is sent away.
 */
final class Phase4Channel {

    private static final Logger LOG = LoggerFactory.getLogger(Phase4Channel.class);

    /** A change of the interval is noticed within this time. */
    private static final long LONGEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final String userId;
    private final ReportSource reports;
    private final Bulkhead computations;
    private final Supplier<Duration> interval;
    private final StreamLimits limits;
    private final Phase4Messages messages;
    private final List<Phase4Socket> sockets = new CopyOnWriteArrayList<>();
    private final Semaphore wake = new Semaphore(0);
    private volatile boolean updateWanted;
    private volatile boolean closed;

    Phase4Channel(
            String userId,
            ReportSource reports,
            Bulkhead computations,
            Supplier<Duration> interval,
            StreamLimits limits,
            Phase4Messages messages) {
        this.userId = userId;
        this.reports = reports;
        this.computations = computations;
        this.interval = interval;
        this.limits = limits;
        this.messages = messages;
        Thread.ofVirtual().name("phase4-channel").start(this::run);
    }

    /** Adds a socket, at whose cost the oldest leaves when there are too many. */
    void add(Phase4Socket socket) {
        sockets.add(socket);
        while (sockets.size() > limits.socketsPerUser()) {
            sockets.removeFirst().close(CloseStatus.NORMAL.withReason("replaced by a newer connection"));
        }
        refresh();
    }

    /** Removes a socket; returns whether any is left. */
    boolean remove(Phase4Socket socket) {
        sockets.remove(socket);
        return !sockets.isEmpty();
    }

    /** Wants an update now; the interval begins anew with it. */
    void refresh() {
        updateWanted = true;
        wake.release();
    }

    /** Ends the thread. */
    void stop() {
        closed = true;
        wake.release();
    }

    List<Phase4Socket> sockets() {
        return sockets;
    }

    private void run() {
        long lastUpdate = System.nanoTime() - limits.minGap().toNanos();
        while (!closed) {
            long now = System.nanoTime();
            boolean due = now - lastUpdate >= interval.get().toNanos();
            boolean allowed = now - lastUpdate >= limits.minGap().toNanos();
            if ((updateWanted || due) && allowed) {
                updateWanted = false;
                lastUpdate = now;
                update();
            }
            sockets.forEach(socket -> care(socket, System.nanoTime()));
            try {
                boolean unused = wake.tryAcquire(pause(lastUpdate), TimeUnit.NANOSECONDS);
                wake.drainPermits();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Until the next update, but never so long that a change of settings or a silence would go unnoticed. */
    private long pause(long lastUpdate) {
        long wait = updateWanted ? limits.minGap().toNanos() : interval.get().toNanos();
        long left = lastUpdate + wait - System.nanoTime();
        return Math.clamp(
                left, 0, Math.min(LONGEST_WAIT_NANOS, limits.heartbeat().toNanos()));
    }

    private void update() {
        try {
            String message = messages.update(computations.run(() -> reports.phase4(userId)));
            sockets.forEach(socket -> socket.sendUpdate(message));
        } catch (InterruptedException e) {
            // The computation hung and was given up: this thread goes on.
            failed(e);
        } catch (Exception e) {
            failed(e);
        }
    }

    private void failed(Exception e) {
        LOG.warn("event=phase4_failed error=\"{}\"", e.toString());
        String message = messages.error("the signals cannot be computed now");
        sockets.forEach(socket -> socket.send(message));
    }

    private void care(Phase4Socket socket, long now) {
        boolean idle = now - socket.lastTrafficNanos() >= limits.idle().toNanos();
        boolean old = now - socket.openedNanos() >= limits.lifetime().toNanos();
        if (idle || old) {
            sockets.remove(socket);
            socket.send(messages.timeout());
            socket.close(CloseStatus.NORMAL);
        } else if (now - socket.lastSentNanos() >= limits.heartbeat().toNanos()) {
            socket.send(messages.heartbeat());
        }
    }
}
