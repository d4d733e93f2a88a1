package dev.tiercache.service.stream;

import dev.tiercache.service.cache.flight.Bulkhead;
import dev.tiercache.service.report.ReportSource;
import dev.tiercache.service.stream.StreamMeters.Computation;
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
 * asks for it, then every interval; and whoever is silent or here for too long is sent away. The thread wakes when there
 * is something to do, and else not at all.
 */
final class Phase4Channel {

    private static final Logger LOG = LoggerFactory.getLogger(Phase4Channel.class);

    private final String userId;
    private final ReportSource reports;
    private final Bulkhead computations;
    private final Supplier<Duration> interval;
    private final StreamLimits limits;
    private final Phase4Messages messages;
    private final StreamMeters meters;
    private final List<Phase4Socket> sockets = new CopyOnWriteArrayList<>();
    private final Semaphore wake = new Semaphore(0);
    private volatile boolean updateWanted;
    private volatile boolean closed;

    /** When the newest update was begun, and when it was due, from where the interval counts: of the channel's thread. */
    private long begun;

    private long paceFrom;

    Phase4Channel(
            String userId,
            ReportSource reports,
            Bulkhead computations,
            Supplier<Duration> interval,
            StreamLimits limits,
            Phase4Messages messages,
            StreamMeters meters) {
        this.userId = userId;
        this.reports = reports;
        this.computations = computations;
        this.interval = interval;
        this.limits = limits;
        this.messages = messages;
        this.meters = meters;
        this.begun = System.nanoTime() - limits.minGap().toNanos();
        this.paceFrom = begun;
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

    /** The interval is another one now. */
    void paceChanged() {
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
        while (!closed) {
            if (System.nanoTime() - due() >= 0) {
                beginUpdate();
                update();
            }
            long now = System.nanoTime();
            sockets.forEach(socket -> care(socket, now));
            try {
                boolean unused = wake.tryAcquire(next() - System.nanoTime(), TimeUnit.NANOSECONDS);
                wake.drainPermits();
            } catch (InterruptedException e) {
                // Meant for a computation that had just ended: nobody else interrupts this thread, and stop() ends it.
                LOG.debug("event=late_interrupt");
            }
        }
    }

    /** When the next update is due, by the clock of {@link System#nanoTime}. */
    private long due() {
        long paced = paceFrom + interval.get().toNanos();
        long earliest = begun + limits.minGap().toNanos();
        return updateWanted && earliest - paced < 0 ? earliest : paced;
    }

    private void beginUpdate() {
        long due = due();
        begun = System.nanoTime();
        // One that is late by little does not make the next one late; what was asked for, or is very late, begins anew.
        boolean onPace = !updateWanted && begun - due < interval.get().toNanos();
        paceFrom = onPace ? due : begun;
        updateWanted = false;
    }

    /** When there is something to do next: an update, or a socket that was silent for long. */
    private long next() {
        long next = due();
        for (Phase4Socket socket : sockets) {
            if (socket.isClosing()) {
                continue;
            }
            next = earlier(next, socket.lastSentNanos() + limits.heartbeat().toNanos());
            next = earlier(next, socket.lastTrafficNanos() + limits.idle().toNanos());
            next = earlier(next, socket.openedNanos() + limits.lifetime().toNanos());
        }
        return next;
    }

    private static long earlier(long one, long other) {
        return one - other < 0 ? one : other;
    }

    private void update() {
        long start = System.nanoTime();
        Computation result = Computation.ERROR;
        try {
            String message = messages.update(computations.run(() -> reports.phase4(userId)));
            result = Computation.OK;
            sockets.forEach(socket -> socket.update(message));
        } catch (Bulkhead.RejectedException e) {
            result = Computation.REJECTED;
            failed(e);
        } catch (Throwable e) {
            // Also one that hung and was interrupted: this thread goes on, or its sockets would be nobody's.
            failed(e);
        } finally {
            Thread.interrupted();
            meters.computed(result, Duration.ofNanos(System.nanoTime() - start));
        }
    }

    private void failed(Throwable e) {
        LOG.warn("event=phase4_failed error=\"{}\"", e.toString());
        String message = messages.error("the signals cannot be computed now");
        sockets.forEach(socket -> socket.notice(message));
    }

    private void care(Phase4Socket socket, long now) {
        if (socket.isClosing()) {
            return;
        }
        boolean idle = now - socket.lastTrafficNanos() >= limits.idle().toNanos();
        boolean old = now - socket.openedNanos() >= limits.lifetime().toNanos();
        if (idle || old) {
            sockets.remove(socket);
            socket.close(CloseStatus.NORMAL, messages.timeout());
        } else if (now - socket.lastSentNanos() >= limits.heartbeat().toNanos()) {
            socket.notice(messages.heartbeat());
        }
    }
}
