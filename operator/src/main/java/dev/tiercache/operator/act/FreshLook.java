package dev.tiercache.operator.act;

import dev.tiercache.operator.observe.RedisAnswer;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Has a Sentinel ask all replicas of a master at once, and waits for the moment at which a failover by it is short. A
 * Sentinel asks each replica every 10 s, at times of their own. What it knows is as old as that: it may not have heard
 * yet that a replica is fit. And it sees that a replica has become master only when it asks the next time, which during a
 * failover is a second after the time before; since it promotes the one that it heard last, that is nearly a second
 * later, unless all were asked at the same time, and somewhat earlier.
 *
 * <p>It takes SENTINEL DEBUG, of Redis 7.0.
 */
final class FreshLook {
    /** Shorter than a turn of a Sentinel, of which it takes ten or more a second: each replica is asked in each turn. */
    private static final Duration AT_ONCE = Duration.ofMillis(1);

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long POLL_MILLIS = 20;
    /**
     * The replica is promoted in the third turn of a failover, after at most 300 ms. Asked in the turn before, or
     * earlier, it would not be master yet, and is asked again a second later: so this, and the time until the Sentinel is
     * told to begin, and two turns, 200 ms, must be less than a second.
     */
    private static final long MOMENT_MILLIS = 690;

    private final SentinelCommands sentinel;
    private final String masterName;

    FreshLook(SentinelCommands sentinel, String masterName) {
        this.sentinel = sentinel;
        this.masterName = masterName;
    }

    /** Returns at the moment. */
    void await() throws TimeoutException, ExecutionException, InterruptedException {
        long told = System.nanoTime();
        try {
            sentinel.lookEvery(AT_ONCE);
            awaitLooksSince(told);
        } finally {
            sentinel.lookEvery(RedisAnswer.USUAL_LOOKS);
        }
        long youngest =
                sentinel.looks(masterName).stream().mapToLong(age -> age).min().orElse(MOMENT_MILLIS);
        Thread.sleep(Math.max(0, MOMENT_MILLIS - youngest));
    }

    private void awaitLooksSince(long told) throws TimeoutException, ExecutionException, InterruptedException {
        while (System.nanoTime() - told < PATIENCE.toNanos()) {
            Thread.sleep(POLL_MILLIS);
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - told);
            if (sentinel.looks(masterName).stream().allMatch(age -> age < millis)) {
                return;
            }
        }
    }
}
