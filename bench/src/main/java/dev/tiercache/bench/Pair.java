package dev.tiercache.bench;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Two instances of a cache with two tiers that share one Redis, and one key in it. */
interface Pair extends AutoCloseable {

    /** How somebody else changes the key in Redis, by a connection of his own. */
    enum Change {
        SET,
        DEL,
        FLUSHALL
    }

    /** Lets both instances hold this value in their own memory. */
    void hold(String value);

    /**
     * Changes the key in Redis as a stranger does.
     *
     * @param value what the origin has from then on; with {@link Change#SET} it is also written
     * @return what an instance answers as soon as it has seen the change
     */
    String change(Change change, String value);

    /**
     * Changes the key as one of the instances itself does it: the first one.
     *
     * @return what an instance answers as soon as it has seen the change
     */
    String changeByItself(String value);

    /** What an instance answers now; empty when it has nothing. */
    String read(int instance);

    /**
     * Breaks all connections of the instances, and sets the key before one can be there again.
     *
     * @return what an instance answers as soon as it has seen the change
     */
    String breakAndSet(String value);

    @Override
    void close();

    /** Waits until something holds, such as that both instances have what they shall hold; fails after 30 s, with the scene. */
    static void await(BooleanSupplier condition, Supplier<String> scene) {
        long end = System.nanoTime() + 30_000_000_000L;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("the instances do not settle: " + scene.get());
            }
            LockSupport.parkNanos(200_000);
        }
    }
}
