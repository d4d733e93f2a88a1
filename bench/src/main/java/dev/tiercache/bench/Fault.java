package dev.tiercache.bench;

import dev.tiercache.bench.load.OpenLoop;
import dev.tiercache.bench.load.Samples;
import dev.tiercache.bench.process.RedisProcess;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A Redis that is killed and started again, and later frozen and let go, while an open loop runs.
 *
 * @param samples what the loop saw
 * @param killed when Redis was killed, s since the first request was due
 * @param back when it answered PING again
 * @param frozen when it was frozen
 * @param thawed when it was let go
 * @param afterKillMillis from {@code back} until the second tier was read again
 * @param afterFreezeMillis from {@code thawed} until the second tier was read again
 */
record Fault(
        Samples samples,
        double killed,
        double back,
        double frozen,
        double thawed,
        double afterKillMillis,
        double afterFreezeMillis) {

    /** The first instant of a fault in which goals hold, s after it. */
    private static final double REACTION = 0.2;

    /** How long after a fault its goals hold still: until what it left is dealt with, s. */
    private static final double AFTERMATH = 2;

    private static final double MAX_RECOVERY_SECONDS = 40;

    /**
     * How long everything takes, s.
     *
     * @param healthy before the first fault, and after each
     * @param down from the kill to the new start
     * @param frozen from the freeze to the end of it
     */
    record Plan(int healthy, int down, int frozen) {
        int seconds() {
            return 3 * healthy + down + frozen;
        }
    }

    /**
     * Carries out a plan under a loop that has been started.
     *
     * @param readsL2 whether the second tier is read at this instant
     */
    static Fault run(Plan plan, OpenLoop loop, RedisProcess redis, BooleanSupplier readsL2) {
        loop.awaitSeconds(plan.healthy());
        double killed = loop.seconds();
        redis.child().kill();
        loop.awaitSeconds(killed + plan.down());
        redis.restart();
        double back = loop.seconds();
        double afterKill = recovery(loop, back, readsL2);
        loop.awaitSeconds(2 * plan.healthy() + plan.down());
        double frozen = loop.seconds();
        redis.child().freeze();
        loop.awaitSeconds(frozen + plan.frozen());
        redis.child().thaw();
        double thawed = loop.seconds();
        double afterFreeze = recovery(loop, thawed, readsL2);
        return new Fault(loop.await(), killed, back, frozen, thawed, afterKill, afterFreeze);
    }

    /** p99 before the first fault, ms. */
    double healthyP99() {
        return samples.millis(1, killed, 99);
    }

    /** p99 from 200 ms after the kill until 2 s after Redis was back, ms. */
    double killP99() {
        return samples.millis(killed + REACTION, back + AFTERMATH, 99);
    }

    /** p99 from 200 ms after the freeze until 2 s after it, ms. */
    double freezeP99() {
        return samples.millis(frozen + REACTION, thawed + AFTERMATH, 99);
    }

    /** Requests without a good answer, of all. */
    double failures() {
        return samples.failures(0, samples.seconds());
    }

    private static double recovery(OpenLoop loop, double since, BooleanSupplier readsL2) {
        while (!readsL2.getAsBoolean()) {
            if (loop.seconds() > since + MAX_RECOVERY_SECONDS) {
                return Double.POSITIVE_INFINITY;
            }
            LockSupport.parkNanos(10_000_000);
        }
        return (loop.seconds() - since) * 1_000;
    }
}
