package dev.tiercache.service.cache;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Wakes those who wait for another instance's value, when Redis tells that the key changed. */
final class Wakeups {

    private final ConcurrentHashMap<String, Waiter> waiters = new ConcurrentHashMap<>();

    /** One who waits, from before the look that found nothing: a change after that look is not missed. */
    final class Waiter implements AutoCloseable {
        private final String name;
        private final Semaphore changes = new Semaphore(0);

        private Waiter(String name) {
            this.name = name;
        }

        /** Returns when the key changed, or after some time. */
        void await(Duration longest) throws InterruptedException {
            if (changes.tryAcquire(longest.toNanos(), TimeUnit.NANOSECONDS)) {
                changes.drainPermits();
            }
        }

        @Override
        public void close() {
            waiters.remove(name, this);
        }
    }

    /** Begins to listen for changes of a name. One flight a name and instance waits, so one waiter a name is enough. */
    Waiter listen(String name) {
        Waiter waiter = new Waiter(name);
        waiters.put(name, waiter);
        return waiter;
    }

    void wake(String name) {
        Waiter waiter = waiters.get(name);
        if (waiter != null) {
            waiter.changes.release();
        }
    }

    void wakeAll() {
        waiters.values().forEach(waiter -> waiter.changes.release());
    }
}
