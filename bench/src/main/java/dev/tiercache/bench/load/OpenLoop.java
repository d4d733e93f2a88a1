package dev.tiercache.bench.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Starts a request at each instant of a fixed beat, whether or not earlier ones were answered, and counts latency from
 * that instant: also the time that a request waited because all workers were held up. So no stall hides what it delayed.
 */
public final class OpenLoop {

    /** One worker's way to send a request: own connection, no sharing. */
    @FunctionalInterface
    public interface Client {
        /**
         * Sends request number {@code n}, counted from 0, and waits for its whole answer.
         *
         * @return whether it was a good answer
         */
        boolean send(int n);
    }

    private final Samples samples;
    private final int count;
    private final long intervalNanos;
    private final long startNanos;
    private final AtomicInteger next = new AtomicInteger();
    private final List<Thread> workers = new ArrayList<>();

    private OpenLoop(int perSecond, Duration duration) {
        intervalNanos = 1_000_000_000L / perSecond;
        count = Math.toIntExact(duration.toNanos() / intervalNanos);
        samples = new Samples(count, intervalNanos);
        // The first instant is a little later: all workers shall be there.
        startNanos = System.nanoTime() + 200_000_000;
    }

    /**
     * Starts one and returns at once.
     *
     * @param workers how many requests may be under way; as many threads
     * @param clients makes one client for each worker
     */
    public static OpenLoop start(int perSecond, Duration duration, int workers, Supplier<Client> clients) {
        OpenLoop loop = new OpenLoop(perSecond, duration);
        for (int i = 0; i < workers; i++) {
            Client client = clients.get();
            loop.workers.add(Thread.ofPlatform().daemon().name("open-loop-" + i).start(() -> loop.work(client)));
        }
        return loop;
    }

    /** Time since the first instant, s. */
    public double seconds() {
        return (System.nanoTime() - startNanos) / 1e9;
    }

    /** Waits until that much time has passed since the first instant. */
    public void awaitSeconds(double seconds) {
        for (double left = seconds - seconds(); left > 0; left = seconds - seconds()) {
            LockSupport.parkNanos((long) (left * 1e9));
        }
    }

    /** Waits for the last answer. */
    public Samples await() {
        for (Thread worker : workers) {
            try {
                worker.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        return samples;
    }

    private void work(Client client) {
        for (int n = next.getAndIncrement(); n < count; n = next.getAndIncrement()) {
            long due = startNanos + n * intervalNanos;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            boolean good = client.send(n);
            samples.set(n, System.nanoTime() - due, good);
        }
    }
}
