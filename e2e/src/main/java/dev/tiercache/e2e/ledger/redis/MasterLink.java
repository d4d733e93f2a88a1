package dev.tiercache.e2e.ledger.redis;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the present master, kept: a thread of its own opens the next one as soon as one is dropped, and
 * those who need it wait.
 */
public final class MasterLink implements AutoCloseable {

    /** Opens a session with whoever is master now; {@code refused} where the last attempt did not lead to a master. */
    @FunctionalInterface
    interface Opener {
        Session open(boolean refused) throws TryFailedException, InterruptedException;
    }

    /** A session that ended sooner was not worth the connection: the next one is not opened at once. */
    private static final long WORTH_IT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Opener opener;
    private final Thread keeper;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    private @Nullable Session session;
    private TryFailedException last = TryFailedException.of(TryFailedException.CONNECTION, "not established yet");
    private boolean closed;

    MasterLink(String name, Opener opener) {
        this.opener = opener;
        this.keeper = Thread.ofVirtual().name("ledger-link-" + name).start(this::keep);
    }

    /**
     * The session with the present master.
     *
     * @param deadline of {@link System#nanoTime}; waits until then
     * @throws TryFailedException why there is none; after {@link #close}, at once
     */
    public Session session(long deadline) throws TryFailedException, InterruptedException {
        lock.lockInterruptibly();
        try {
            while (session == null) {
                long left = deadline - System.nanoTime();
                if (left <= 0 || closed) {
                    throw last;
                }
                var unused = changed.awaitNanos(left);
            }
            return session;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a session is there without waiting. */
    public boolean isUp() {
        lock.lock();
        try {
            return session != null;
        } finally {
            lock.unlock();
        }
    }

    /** Gives a session up, and opens another one; does nothing when that was done before. */
    public void drop(Session useless) {
        lock.lock();
        try {
            if (session != useless) {
                return;
            }
            session = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        useless.close();
    }

    /** Gives up a session with any other server than this one. */
    void moved(Address master) {
        Session present;
        lock.lock();
        try {
            present = session;
        } finally {
            lock.unlock();
        }
        if (present != null && !present.address().equals(master)) {
            drop(present);
        }
    }

    @Override
    public void close() {
        Session present;
        lock.lock();
        try {
            closed = true;
            present = session;
            session = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        keeper.interrupt();
        if (present != null) {
            present.closeAndWait();
        }
    }

    private void keep() {
        int failures = 0;
        boolean refused = false;
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(Backoff.nanos(failures));
                try {
                    Session opened = opener.open(refused);
                    refused = false;
                    long since = System.nanoTime();
                    if (!publish(opened)) {
                        opened.close();
                        return;
                    }
                    failures = System.nanoTime() - since < WORTH_IT_NANOS ? failures + 1 : 0;
                } catch (TryFailedException e) {
                    failures++;
                    refused = true;
                    remember(e);
                }
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    /** Lends the session out and returns when it was given up; false when nobody wants one any more. */
    private boolean publish(Session opened) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            if (closed) {
                return false;
            }
            session = opened;
            changed.signalAll();
            opened.onLost(() -> drop(opened));
            while (session == opened) {
                changed.await();
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private void remember(TryFailedException failure) {
        lock.lock();
        try {
            last = failure;
        } finally {
            lock.unlock();
        }
    }
}
