package dev.tiercache.operator.act;

import dev.tiercache.operator.observe.RedisConnections.RedisFailure;
import dev.tiercache.operator.plan.Action;
import dev.tiercache.operator.plan.Action.PodRef;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Makes a replica master in place of a master that is well, so that no write is lost and none is refused:
 *
 * <pre>
 * 1. The master is asked whether it is still master, and the Sentinels whether they still name it.
 * 2. A Sentinel is made to ask all replicas how they are, and the moment is waited for at which it notices soonest that
 *    one of them has become master.
 * 3. Writes wait at the master (CLIENT PAUSE WRITE), for a moment at first.
 * 4. Each replica that may be chosen must have all that the master has, by its offset. Then writes are to wait for long.
 * 5. A Sentinel is told to fail over; another one, should the first be gone or held up right then.
 * 6. As soon as one of them says that it is master, or the Sentinel names another pod, the former one is made its
 *    replica, still without taking writes.
 * 7. Once a majority of the Sentinels names the new one, clients are sent away from the former, to look for it.
 * </pre>
 *
 * Until the fifth step the master goes on as it was if anything is in the way but a failover that somebody else began.
 * From then on a replica may become master at any moment, so writes wait until one has, or until the Sentinel has given
 * up: the pause is prolonged meanwhile. Nobody who does not answer is a reason to let writes go on: the Sentinel itself
 * cuts the connections of a replica that it promotes.
 *
 * <p>A pause ends by itself should this process die. It also holds up what Sentinels publish at the master, and their PING
 * behind it: a master that pauses for longer than down-after-milliseconds is found down and replaced, and must not take
 * writes after that. So the first pause is shorter than that, and the second longer than a failover that begins by it
 * and than the Sentinels take to make the former master a replica, 10 s.
 */
final class MasterSwitch {
    private static final Duration LONGEST_FIRST_PAUSE = Duration.ofSeconds(3);
    /** What the second pause is longer than down-after-milliseconds. */
    private static final Duration FAILOVER_AND_BACK = Duration.ofSeconds(30);

    private static final Duration PROLONGED_AFTER = Duration.ofSeconds(2);
    /** Longer than a Sentinel tries, with the longest failover timeout that makes sense; then the pause runs out. */
    private static final Duration PROMOTION = Duration.ofSeconds(40);

    /** Sentinels greet each other every 2 s: one that missed the news hears the next. */
    private static final Duration AGREEMENT = Duration.ofSeconds(4);

    private static final long POLL_MILLIS = 10;

    private final Action.SwitchMaster action;
    private final SentinelCommands.Reach pods;

    MasterSwitch(Action.SwitchMaster action, SentinelCommands.Reach pods) {
        this.action = action;
        this.pods = pods;
    }

    Outcome run() throws TimeoutException, ExecutionException, InterruptedException, RedisFailure {
        SentinelCommands from = reach(action.from());
        if (!from.isMaster()) {
            return new Outcome.Stale(action.from() + " is no longer master");
        }
        if (agreeingOn(null) < action.needed()) {
            return new Outcome.Stale("the Sentinels no longer agree on " + action.from());
        }
        PodRef sentinel = sentinelThatIsReady();
        if (failingOver() != null) {
            return new Outcome.Stale("the Sentinels carry out a failover");
        }
        Duration downAfter = reach(sentinel).downAfter(action.masterName());
        Duration first = shorter(LONGEST_FIRST_PAUSE, downAfter.dividedBy(2));
        Duration second = downAfter.plus(FAILOVER_AND_BACK);
        from.pauseWrites(first);
        long start = System.nanoTime();
        String obstacle = begin(from, sentinel, first.dividedBy(2), second);
        if (!obstacle.isEmpty()) {
            PodRef other = failingOver();
            if (other == null) {
                return resumed(from, obstacle);
            }
            // Somebody else began it, or the Sentinels did: a replica may become master all the same.
            from.pauseWrites(second);
            sentinel = other;
        }
        String address = promoted(sentinel, second, start);
        if (address == null) {
            return resumed(from, "the Sentinels gave up");
        }
        reach(action.from()).follow(address);
        long end = System.nanoTime() + AGREEMENT.toNanos();
        while (agreeingOn(address) < action.needed() && System.nanoTime() < end) {
            Thread.sleep(POLL_MILLIS);
        }
        SentinelCommands former = reach(action.from());
        former.disconnectClients();
        former.resumeWrites();
        return new Outcome.Done(
                action.another(address) + " is master in place of " + action.from() + ": " + action.reason());
    }

    /** Has the Sentinel begin once the replicas have everything; what is in the way, or an empty text. */
    private String begin(SentinelCommands from, PodRef sentinel, Duration catchUp, Duration pause)
            throws TimeoutException, ExecutionException, InterruptedException, RedisFailure {
        String behind = behind(from, catchUp);
        if (!behind.isEmpty()) {
            return behind + " did not catch up with " + action.from() + " within " + catchUp.toMillis() + " ms";
        }
        from.pauseWrites(pause);
        SentinelCommands told = reach(sentinel);
        try {
            String refusal = told.failover(action.masterName());
            return refusal.isEmpty() ? "" : "the Sentinels refused: " + refusal;
        } catch (TimeoutException silent) {
            // It may begin all the same.
            return "";
        }
    }

    /** A Sentinel that carries out a failover, or null. */
    private @Nullable PodRef failingOver() throws InterruptedException {
        for (PodRef pod : action.sentinels()) {
            if (pods.ask(pod, it -> it.isFailingOver(action.masterName()), false)) {
                return pod;
            }
        }
        return null;
    }

    /** Whether a Sentinel answers and is not in TILT. */
    private boolean acts(PodRef sentinel) throws InterruptedException {
        return pods.ask(sentinel, it -> !it.isTilted(), false);
    }

    /** Nothing has changed, and writes go on. */
    private Outcome resumed(SentinelCommands from, String why)
            throws TimeoutException, ExecutionException, InterruptedException {
        from.resumeWrites();
        return new Outcome.Failed(why + "; " + action.from() + " stays master");
    }

    /** The Sentinel that is to carry it out, at the right moment for it. */
    private PodRef sentinelThatIsReady() throws RedisFailure, InterruptedException {
        for (PodRef pod : action.sentinels()) {
            boolean ready = pods.ask(
                    pod,
                    sentinel -> {
                        if (sentinel.isTilted()) {
                            return false;
                        }
                        new FreshLook(sentinel, action.masterName()).await();
                        return true;
                    },
                    false);
            if (ready) {
                return pod;
            }
        }
        throw new RedisFailure(
                false, "no Sentinel can be reached and acts (TILT), or none takes SENTINEL DEBUG, of Redis 7.0");
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /** Waits until each replica has all that the master has; the name of one that has not, or an empty text. */
    private String behind(SentinelCommands from, Duration within)
            throws TimeoutException, ExecutionException, InterruptedException {
        Map<String, String> paused = from.replication();
        long offset = Long.parseLong(paused.getOrDefault("master_repl_offset", "0"));
        String history = paused.getOrDefault("master_replid", "");
        long end = System.nanoTime() + within.toNanos();
        for (PodRef replica : action.replicas().values()) {
            while (!pods.ask(replica, it -> hasAll(it.replication(), history, offset), false)
                    && System.nanoTime() < end) {
                Thread.sleep(POLL_MILLIS);
            }
            // What has been caught up with later is no longer all: the pause may be over.
            if (System.nanoTime() > end) {
                return replica.name();
            }
        }
        return "";
    }

    /** It may have more: the master's greetings, which are no writes. */
    private static boolean hasAll(Map<String, String> replica, String history, long offset) {
        return "up".equals(replica.get("master_link_status"))
                && history.equals(replica.get("master_replid"))
                && Long.parseLong(replica.getOrDefault("slave_repl_offset", "-1")) >= offset;
    }

    /**
     * Address of the pod that became master, or null if the Sentinel gave up. Writes wait until one of the two.
     *
     * @param start when writes began to wait, by {@link System#nanoTime()}
     */
    private @Nullable String promoted(PodRef sentinel, Duration pause, long start) throws InterruptedException {
        long prolong = start + PROLONGED_AFTER.toNanos();
        while (System.nanoTime() - start < PROMOTION.toNanos()) {
            String address = masterAmongReplicas();
            if (address != null) {
                return address;
            }
            if (System.nanoTime() > prolong) {
                address = namedAmongOthers(sentinel);
                if (address != null) {
                    return address;
                }
                // A Sentinel that is silent may be the one that goes on.
                boolean goesOn = pods.ask(sentinel, it -> it.isFailingOver(action.masterName()), true);
                if (!goesOn) {
                    // Whoever became master has become it by now.
                    return masterAmongReplicas();
                }
                // Silent for 2 s and more, it is in TILT when it comes back.
                if (!acts(sentinel)) {
                    tellAnother(sentinel);
                }
                prolong = System.nanoTime() + PROLONGED_AFTER.toNanos();
                pods.ask(
                        action.from(),
                        from -> {
                            from.pauseWrites(pause);
                            return true;
                        },
                        false);
            }
            Thread.sleep(POLL_MILLIS);
        }
        return masterAmongReplicas();
    }

    /**
     * Has another Sentinel fail over in place of one that is gone, or held up, after which it does nothing for half a
     * minute. By the end of that the idle one has heard from the other of a later failover, and drops its own. Two that
     * act might each make another replica master: so nobody is told where one acts already or is about to.
     */
    private void tellAnother(PodRef idle) throws InterruptedException {
        PodRef other = null;
        for (PodRef pod : action.sentinels()) {
            if (pod.equals(idle)) {
                continue;
            }
            if (pods.ask(pod, it -> it.isReplacing(action.masterName()), false)) {
                return;
            }
            if (other == null && acts(pod)) {
                other = pod;
            }
        }
        if (other != null) {
            pods.ask(other, it -> it.failover(action.masterName()), "");
        }
    }

    /** Address of the replica that says that it is master, or null if none does. */
    private @Nullable String masterAmongReplicas() throws InterruptedException {
        for (var replica : action.replicas().entrySet()) {
            if (pods.ask(replica.getValue(), SentinelCommands::isMaster, false)) {
                return replica.getKey();
            }
        }
        return null;
    }

    /** Address of another pod that the Sentinel has made master. One that only says so itself may have been frozen. */
    private @Nullable String namedAmongOthers(PodRef sentinel) throws InterruptedException {
        String named = pods.ask(sentinel, it -> it.namedOrNobody(action.masterName()), "");
        return action.others().containsKey(named) ? named : null;
    }

    /** How many Sentinels name an address, or with null the present master, which is none of the others. */
    private int agreeingOn(@Nullable String address) throws InterruptedException {
        int agreeing = 0;
        for (PodRef pod : action.sentinels()) {
            String named = pods.ask(pod, it -> it.namedOrNobody(action.masterName()), "");
            boolean agrees =
                    address == null ? !named.isEmpty() && action.another(named) == null : address.equals(named);
            agreeing += agrees ? 1 : 0;
        }
        return agreeing;
    }

    private SentinelCommands reach(PodRef pod) throws RedisFailure {
        SentinelCommands reached = pods.to(pod);
        if (reached == null) {
            throw new RedisFailure(false, pod + " cannot be reached");
        }
        return reached;
    }
}
