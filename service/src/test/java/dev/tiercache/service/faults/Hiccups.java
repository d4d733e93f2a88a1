package dev.tiercache.service.faults;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A control: a thread that only wants to wake up every millisecond, and writes down when it could not. What the machine
 * did to it, it did to the service at the same instant; nothing else is taken off a latency.
 */
final class Hiccups implements AutoCloseable {

    private static final long NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** Below this, a late awakening is the usual one. */
    private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    /** A time in which the thread was ready to run and did not. */
    private record Stall(long fromNanos, long toNanos) {}

    private final Queue<Stall> stalls = new ConcurrentLinkedQueue<>();
    private final Thread thread = Thread.ofPlatform().daemon().name("hiccups").unstarted(this::watch);
    private volatile boolean closed;

    /** Starts to watch. */
    static Hiccups watching() {
        Hiccups hiccups = new Hiccups();
        hiccups.thread.start();
        return hiccups;
    }

    /** For how much of a span, given by {@link System#nanoTime()}, the machine stood still, ns. */
    long within(long fromNanos, long toNanos) {
        long sum = 0;
        for (Stall stall : stalls) {
            long from = Math.max(fromNanos, stall.fromNanos());
            long to = Math.min(toNanos, stall.toNanos());
            sum += Math.max(0, to - from);
        }
        return sum;
    }

    /** The longest stall of a span, ns. */
    long longest(long fromNanos, long toNanos) {
        return stalls.stream()
                .filter(stall -> stall.toNanos() > fromNanos && stall.fromNanos() < toNanos)
                .mapToLong(stall -> stall.toNanos() - stall.fromNanos())
                .max()
                .orElse(0);
    }

    @Override
    public void close() {
        closed = true;
    }

    private void watch() {
        while (!closed) {
            long due = System.nanoTime() + NAP_NANOS;
            LockSupport.parkNanos(NAP_NANOS);
            long now = System.nanoTime();
            if (now - due >= LEAST_NANOS) {
                stalls.add(new Stall(due, now));
            }
        }
    }
}
