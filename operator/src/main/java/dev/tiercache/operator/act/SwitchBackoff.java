package dev.tiercache.operator.act;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Has switches of the master that keep failing wait longer and longer, for each lets writes wait for a moment: 10 s after
 * the first, twice as long after each further one, 5 minutes at most.
 */
final class SwitchBackoff {
    private static final Duration FIRST = Duration.ofSeconds(10);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final Map<String, Failures> failures = new ConcurrentHashMap<>();
    private final LongSupplier nanos;

    /** @param nanos a clock that only goes forward, such as {@link System#nanoTime} */
    SwitchBackoff(LongSupplier nanos) {
        this.nanos = nanos;
    }

    private record Failures(int count, long untilNanos) {}

    /** How long the next switch of a resource has to wait; zero or less if it may begin. */
    Duration left(String resource) {
        Failures past = failures.get(resource);
        return past == null ? Duration.ZERO : Duration.ofNanos(past.untilNanos() - nanos.getAsLong());
    }

    void failed(String resource) {
        long now = nanos.getAsLong();
        // What failed long ago tells nothing of the next one; resources that are gone leave nothing behind.
        failures.values().removeIf(past -> now - past.untilNanos() > LONGEST.toNanos());
        failures.compute(resource, (name, past) -> {
            int count = past == null ? 0 : past.count();
            long wait = Math.min(LONGEST.toNanos(), FIRST.toNanos() << Math.min(count, 10));
            return new Failures(count + 1, now + wait);
        });
    }

    void succeeded(String resource) {
        failures.remove(resource);
    }
}
