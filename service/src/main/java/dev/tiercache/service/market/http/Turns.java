package dev.tiercache.service.market.http;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** How many questions are under way at once; others wait in line, not too many and not too long. */
final class Turns {

    private static final int MOST_WAITING = 1024;

    private final Semaphore free;

    Turns(int atOnce) {
        free = new Semaphore(atOnce, true);
    }

    /** A turn, to be closed when it is over; or none. */
    record Turn(Semaphore free, boolean missed) implements AutoCloseable {
        @Override
        public void close() {
            if (!missed) {
                free.release();
            }
        }
    }

    /** Waits for a turn; it is missed where it does not come in time, or too many wait already. */
    Turn take(Duration longest) throws InterruptedException {
        boolean taken =
                free.getQueueLength() < MOST_WAITING && free.tryAcquire(longest.toNanos(), TimeUnit.NANOSECONDS);
        return new Turn(free, !taken);
    }

    /** How many wait, about. */
    int waiting() {
        return free.getQueueLength();
    }
}
