package dev.tiercache.service.cache.flight;

import java.io.Serial;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds how many computations run at once, how many wait, and how long each takes. Virtual threads are free, what they compute is not: without
 * this, a thousand misses would be a thousand computations side by side.
 */
public final class Bulkhead {

    private final Semaphore running;
    private final AtomicInteger waiting = new AtomicInteger();
    private final int maxWaiting;
    private final Duration maxWait;
    private final Duration maxRun;

    /**
     * Makes one.
     *
     * @param maxRunning how many run at once
     * @param maxWaiting how many wait for their turn
     * @param maxWait how long one waits for its turn
     * @param maxRun how long one runs before its thread is interrupted: what hangs must not keep its place for ever
     */
    public Bulkhead(int maxRunning, int maxWaiting, Duration maxWait, Duration maxRun) {
        this.running = new Semaphore(maxRunning);
        this.maxWaiting = maxWaiting;
        this.maxWait = maxWait;
        this.maxRun = maxRun;
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
        CompletableFuture<Void> ended = interruptedLater(Thread.currentThread());
        try {
            return work.call();
        } finally {
            ended.complete(null);
            running.release();
        }
    }

    /** How many wait for their turn. */
    public int waiting() {
        return waiting.get();
    }

    /** Interrupts a thread after the longest run, unless what is returned is completed before. */
    private CompletableFuture<Void> interruptedLater(Thread worker) {
        CompletableFuture<Void> ended =
                new CompletableFuture<Void>().orTimeout(maxRun.toMillis(), TimeUnit.MILLISECONDS);
        var unused = ended.whenComplete((nothing, late) -> {
            if (late instanceof TimeoutException) {
                worker.interrupt();
            }
        });
        return ended;
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
