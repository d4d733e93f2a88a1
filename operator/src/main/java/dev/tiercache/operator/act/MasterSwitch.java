package dev.tiercache.operator.act;

import dev.tiercache.operator.observe.RedisConnections.RedisFailure;
import dev.tiercache.operator.plan.Action;
import dev.tiercache.operator.plan.Action.PodRef;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a replica master in place of a master that is well, so that no write is lost and none is refused:
 *
 * <pre>
 * 1. The master is asked whether it is still master, and the Sentinels whether they still name it.
 * 2. A moment is waited for at which a Sentinel is about to look at its replicas: it notices sooner then that one of
 *    them has become master.
 * 3. Writes wait at the master (CLIENT PAUSE WRITE), which ends by itself should this process die.
 * 4. A replica must have all that the master has: equal offsets.
 * 5. A Sentinel is told to fail over.
 * 6. As soon as a replica says that it is master, the former one is made its replica, still without taking writes.
 * 7. Once a majority of the Sentinels names the new one, clients are sent away from the former, to look for it.
 * </pre>
 *
 * If anything is in the way before the sixth step, the master goes on as it was.
 */
final class MasterSwitch {
    private static final Logger LOG = LoggerFactory.getLogger(MasterSwitch.class);
    /** Longer than steps 4 to 7 may take. */
    private static final Duration PAUSE = Duration.ofSeconds(8);

    private static final Duration CATCH_UP = Duration.ofMillis(1_500);
    private static final Duration PROMOTION = Duration.ofSeconds(4);
    private static final Duration AGREEMENT = Duration.ofSeconds(2);
    private static final Duration MOMENT = Duration.ofSeconds(10);
    private static final long POLL_MILLIS = 10;
    /**
     * A Sentinel looks at its replicas every second during a failover, 1 s after the look before. With this age of the
     * last one the next follows just after the replica was promoted, which takes some 0.3 s.
     */
    private static final long YOUNGEST_LOOK_MILLIS = 500;

    private static final long OLDEST_LOOK_MILLIS = 680;

    private final Action.SwitchMaster action;
    private final Function<PodRef, @Nullable SentinelCommands> commands;

    /** @param commands how a pod is talked to; null if it cannot be reached */
    MasterSwitch(Action.SwitchMaster action, Function<PodRef, @Nullable SentinelCommands> commands) {
        this.action = action;
        this.commands = commands;
    }

    Outcome run() throws TimeoutException, ExecutionException, InterruptedException, RedisFailure {
        SentinelCommands from = reach(action.from());
        if (!from.isMaster()) {
            return new Outcome.Stale(action.from() + " is no longer master");
        }
        if (agreeingOn(null) < action.needed()) {
            return new Outcome.Stale("the Sentinels no longer agree on " + action.from());
        }
        SentinelCommands sentinel = atTheMoment();
        from.pauseWrites(PAUSE);
        boolean switched = false;
        try {
            if (!caughtUp(from)) {
                return new Outcome.Failed("no replica of " + action.from() + " caught up within " + CATCH_UP.toMillis()
                        + " ms: it stays master");
            }
            String refusal = sentinel.failover(action.masterName());
            if (!refusal.isEmpty()) {
                return new Outcome.Failed("the Sentinels refused: " + refusal + "; " + action.from() + " stays master");
            }
            String address = promoted();
            if (address == null) {
                return new Outcome.Failed("no replica became master within " + PROMOTION.toSeconds() + " s; "
                        + action.from() + " stays master");
            }
            from.follow(address);
            switched = true;
            long end = System.nanoTime() + AGREEMENT.toNanos();
            while (agreeingOn(address) < action.needed() && System.nanoTime() < end) {
                Thread.sleep(POLL_MILLIS);
            }
            from.disconnectClients();
            return new Outcome.Done(action.replicas().get(address) + " is master in place of " + action.from() + ": "
                    + action.reason());
        } finally {
            resume(from, switched);
        }
    }

    /** The pause ends by itself, so a failure here costs time and nothing else. */
    private void resume(SentinelCommands from, boolean switched) throws InterruptedException {
        try {
            from.resumeWrites();
        } catch (TimeoutException | ExecutionException failure) {
            LOG.atWarn()
                    .addKeyValue("pod", action.from())
                    .addKeyValue("switched", switched)
                    .log("writes wait on until their pause is over: {}", String.valueOf(failure.getMessage()));
        }
    }

    /** The Sentinel that is to carry it out, as soon as one is about to look at its replicas. */
    private SentinelCommands atTheMoment()
            throws RedisFailure, TimeoutException, ExecutionException, InterruptedException {
        long end = System.nanoTime() + MOMENT.toNanos();
        while (true) {
            for (PodRef pod : action.sentinels()) {
                SentinelCommands sentinel = commands.apply(pod);
                if (sentinel == null) {
                    continue;
                }
                long age = sentinel.lastLook(action.masterName());
                boolean now = age >= YOUNGEST_LOOK_MILLIS && age <= OLDEST_LOOK_MILLIS;
                if (now || System.nanoTime() > end) {
                    return sentinel;
                }
            }
            if (System.nanoTime() > end) {
                throw new RedisFailure(false, "no Sentinel can be reached");
            }
            Thread.sleep(5 * POLL_MILLIS);
        }
    }

    private boolean caughtUp(SentinelCommands from) throws TimeoutException, ExecutionException, InterruptedException {
        String offset = from.replication().get("master_repl_offset");
        long end = System.nanoTime() + CATCH_UP.toNanos();
        while (System.nanoTime() < end) {
            for (PodRef replica : action.replicas().values()) {
                SentinelCommands candidate = commands.apply(replica);
                if (candidate != null && offset != null) {
                    Map<String, String> facts = candidate.replication();
                    if ("up".equals(facts.get("master_link_status")) && offset.equals(facts.get("slave_repl_offset"))) {
                        return true;
                    }
                }
            }
            Thread.sleep(POLL_MILLIS);
        }
        return false;
    }

    /** Address of the replica that became master, or null if none did in time. */
    private @Nullable String promoted() throws TimeoutException, ExecutionException, InterruptedException {
        long end = System.nanoTime() + PROMOTION.toNanos();
        while (System.nanoTime() < end) {
            for (var replica : action.replicas().entrySet()) {
                SentinelCommands candidate = commands.apply(replica.getValue());
                if (candidate != null && candidate.isMaster()) {
                    return replica.getKey();
                }
            }
            Thread.sleep(POLL_MILLIS);
        }
        return null;
    }

    /** How many Sentinels name an address, or with null the present master, which is none of the replicas. */
    private int agreeingOn(@Nullable String address) throws InterruptedException {
        int agreeing = 0;
        for (PodRef pod : action.sentinels()) {
            SentinelCommands sentinel = commands.apply(pod);
            String named = sentinel == null ? null : named(sentinel);
            boolean agrees =
                    address == null ? named != null && !action.replicas().containsKey(named) : address.equals(named);
            agreeing += agrees ? 1 : 0;
        }
        return agreeing;
    }

    /** A Sentinel that is silent agrees to nothing. */
    private @Nullable String named(SentinelCommands sentinel) throws InterruptedException {
        try {
            return sentinel.named(action.masterName());
        } catch (TimeoutException | ExecutionException silent) {
            return null;
        }
    }

    private SentinelCommands reach(PodRef pod) throws RedisFailure {
        SentinelCommands reached = commands.apply(pod);
        if (reached == null) {
            throw new RedisFailure(false, pod + " cannot be reached");
        }
        return reached;
    }
}
