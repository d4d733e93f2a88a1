package dev.tiercache.service.cache.flight;

import java.io.Serial;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds how many computations run at once and how many wait. Virtual threads are free, what they compute is not: without
 * this, a thousand misses would be a thousand computations side by side.
 */
public final class Bulkhead {

    private final Semaphore running;
    private final AtomicInteger waiting = new AtomicInteger();
    private final int maxWaiting;
    private final Duration maxWait;

    /**
     * Makes one.
     *
     * @param maxRunning how many run at once
     * @param maxWaiting how many wait for their turn
     * @param maxWait how long one waits for its turn
     */
    public Bulkhead(int maxRunning, int maxWaiting, Duration maxWait) {
        this.running = new Semaphore(maxRunning);
        this.maxWaiting = maxWaiting;
        this.maxWait = maxWait;
    }

    /** Thrown when there is no room to wait, or the turn did not come in time. */
    public static final class RejectedException extends Exception {
        @Serial
        private static final long serialVersionUID = 1L;

        private RejectedException(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * Runs work when its turn comes.
     *
     * @throws RejectedException when it was not run
     * @throws Exception what the work throws
     */
    public <T> T run(Callable<T> work) throws Exception {
        if (!running.tryAcquire()) {
            waitForTurn();
        }
        try {
            return work.call();
        } finally {
            running.release();
        }
    }

    private void waitForTurn() throws RejectedException, InterruptedException {
        if (waiting.incrementAndGet() > maxWaiting) {
            waiting.decrementAndGet();
            throw new RejectedException(maxWaiting + " computations wait already");
        }
        try {
            if (!running.tryAcquire(maxWait.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new RejectedException("no turn within " + maxWait.toMillis() + " ms");
            }
        } finally {
            waiting.decrementAndGet();
        }
    }
}
