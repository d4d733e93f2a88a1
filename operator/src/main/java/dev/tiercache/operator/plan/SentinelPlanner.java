package dev.tiercache.operator.plan;

import dev.tiercache.operator.desired.RedisKeys;
import dev.tiercache.operator.observe.Consensus;
import dev.tiercache.operator.observe.Observation;
import dev.tiercache.operator.observe.PodView;
import dev.tiercache.operator.observe.RedisAnswer;
import dev.tiercache.operator.observe.RedisAnswer.Answering;
import dev.tiercache.operator.plan.Action.PodRef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The order of mode Sentinel, one thing at a time:
 *
 * <pre>
 * 1. A user of Redis or of a Sentinel lacks a password or a right  -> add it.
 * 2. An API pod has old files                                      -> make its kubelet read them again.
 * 3. Who is master, and that everybody knows it                    -> {@link MasterPlanner}.
 * 4. Somebody asks for another master                              -> switch, or answer why not.
 * 5. Surplus passwords, parameters, CPU and memory of each Redis   -> {@link PodPlanner}.
 * 6. The master's pod is to be scaled away                         -> switch to one that stays.
 * 7. Sentinels remember pods that were scaled away                 -> have them forget, one Sentinel at a time.
 * 8. Pods were made from another template                          -> restart them, see {@link RestartPlanner}.
 * </pre>
 *
 * A pod of another template that does not run is replaced right after the third: nothing waits for one that will not
 * start, not even the choice of a master.
 */
final class SentinelPlanner {
    private SentinelPlanner() {}

    static Plan next(Wanted wanted, Topology topology, Observation now) {
        var say = Consensus.of(now, topology.sentinelReplicas());
        PodView master = say.master(now);
        String preferred = preferred(wanted, topology, now, master);
        List<Pod> pods = now.redisPods().stream()
                .map(pod -> Pod.of(
                        pod.name().equals(preferred)
                                ? wanted.with("replica-priority", RedisKeys.FIRST_PRIORITY)
                                : wanted,
                        now,
                        pod))
                .toList();
        Step step = next(wanted, topology, now, say, pods, preferred);
        Pod first = subject(pods);
        return new Plan(
                step.action(),
                step.held(),
                first == null ? "" : first.view().name(),
                first == null ? Differences.between(wanted, now) : first.differences());
    }

    /** The pod that tells most of what is not as wanted; one that is away tells nothing as long as others do. */
    private static @Nullable Pod subject(List<Pod> pods) {
        return pods.stream()
                .max(Comparator.comparing((Pod pod) -> pod.differences().known())
                        .thenComparing(pod -> !pod.differences().settled()))
                .orElse(null);
    }

    /** One Redis pod, with what is wanted of it. */
    record Pod(PodView view, Wanted wanted, @Nullable Answering answer, Differences differences) {
        static Pod of(Wanted wanted, Observation now, PodView pod) {
            return new Pod(pod, wanted, now.answering(pod), Differences.between(wanted, now.only(pod)));
        }

        boolean following() {
            return answer != null && answer.following() && !view.terminating();
        }
    }

    private static Step next(
            Wanted wanted, Topology topology, Observation now, Consensus say, List<Pod> pods, String preferred) {
        Step users = missingUsers(topology, now, pods);
        if (users.acts()) {
            return users;
        }
        Action api = PodPlanner.api(wanted, now);
        if (!(api instanceof Action.None)) {
            return Step.act(api);
        }
        Step who = MasterPlanner.next(topology, wanted.switchover(), now, say);
        PodView master = say.master(now);
        if (who.acts()) {
            return who;
        }
        Step stuck = RestartPlanner.stuck(wanted, topology, now);
        if (stuck.acts()) {
            return stuck;
        }
        if (master == null) {
            // Without a master nothing else is as urgent; an answer to a person is not kept waiting.
            return unanswerable(wanted, now, say, who);
        }
        if (!who.isNothing()) {
            return who;
        }
        Step asked = asked(wanted, topology, now, say, pods, master, preferred);
        if (!asked.isNothing()) {
            return asked;
        }
        Step surplus = surplusUsers(topology, now);
        if (surplus.acts()) {
            return surplus;
        }
        String held = "";
        List<RestartPlanner.Restart> restarts = new ArrayList<>();
        for (Pod pod : pods) {
            Step step = alone(now, pod);
            if (step.acts()) {
                return step;
            }
            held = held.isEmpty() ? step.held() : held;
            if (!step.restart().isEmpty()) {
                restarts.add(new RestartPlanner.Restart(pod, step.restart()));
            }
        }
        Step shrink = shrink(topology, now, say, pods, master, preferred);
        if (!shrink.isNothing()) {
            return shrink;
        }
        Step roll = RestartPlanner.roll(wanted, topology, now, say, pods, master, restarts);
        return roll.isNothing() ? Step.hold(held) : roll;
    }

    private static Step missingUsers(Topology topology, Observation now, List<Pod> pods) {
        for (Pod pod : pods) {
            if (pod.answer() != null && !pod.differences().missing().isEmpty()) {
                return Step.act(new Action.SetUsers(
                        PodRef.of(pod.view()), pod.differences().missing(), true));
            }
        }
        for (PodView pod : now.sentinelPods()) {
            if (now.answer(pod) instanceof RedisAnswer.Watching sentinel) {
                var missing = Differences.missing(topology.sentinelUsers(), sentinel.users());
                if (!missing.isEmpty()) {
                    return Step.act(new Action.SetUsers(PodRef.of(pod), missing, true));
                }
            }
        }
        return Step.NOTHING;
    }

    private static Step surplusUsers(Topology topology, Observation now) {
        for (PodView pod : now.sentinelPods()) {
            if (now.answer(pod) instanceof RedisAnswer.Watching sentinel) {
                var surplus = Differences.surplus(topology.sentinelUsers(), sentinel.users());
                if (!surplus.isEmpty()) {
                    return Step.act(new Action.SetUsers(PodRef.of(pod), surplus, false));
                }
            }
        }
        return Step.NOTHING;
    }

    /** What is decided for a Redis pod by itself. */
    private static Step alone(Observation now, Pod pod) {
        if (pod.view().terminating()) {
            return Step.hold(pod.view().name() + " is being replaced");
        }
        if (pod.answer() != null) {
            return PodPlanner.next(pod.wanted(), now.only(pod.view()), pod.view(), pod.answer(), pod.differences());
        }
        if (pod.differences().restart()) {
            return Step.restart(PodPlanner.TEMPLATE_CHANGED);
        }
        return Step.hold(
                pod.differences().resources() ? pod.view().name() + " does not answer: its resources wait" : "");
    }

    /**
     * Without a master, a wish that is no way out of it (one that is has led to an action) is answered at once; unless the
     * failover may be the one that was begun for it, or nobody knows yet.
     */
    private static Step unanswerable(Wanted wanted, Observation now, Consensus say, Step who) {
        boolean begun = say.failover() && wanted.switchover().startsWith(Wanted.NOT);
        if (wanted.switchover().isEmpty() || begun || !now.unasked().isEmpty()) {
            return who;
        }
        return Step.act(new Action.AnswerSwitchover(
                wanted.switchover(), "refused: there is no master to switch from: " + who.held()));
    }

    /** The pod that shall be the next master, or an empty text if any will do. */
    private static String preferred(Wanted wanted, Topology topology, Observation now, @Nullable PodView master) {
        if (master == null) {
            return "";
        }
        if (!wanted.switchover().isEmpty()) {
            return wanted.switchover();
        }
        if (master.ordinal() < topology.redisReplicas()) {
            return "";
        }
        return now.redisPods().stream()
                .filter(pod -> pod.ordinal() < topology.redisReplicas())
                .filter(now::following)
                .map(PodView::name)
                .findFirst()
                .orElse("");
    }

    /** Somebody wants another master. */
    private static Step asked(
            Wanted wanted,
            Topology topology,
            Observation now,
            Consensus say,
            List<Pod> pods,
            PodView master,
            String preferred) {
        String wish = wanted.switchover();
        if (wish.isEmpty()) {
            return Step.NOTHING;
        }
        boolean any = wish.equals(Wanted.ANY) || wish.startsWith(Wanted.NOT);
        String whoShallNot = Wanted.NOT + master.name();
        boolean fulfilled = any ? !wish.equals(Wanted.ANY) && !wish.equals(whoShallNot) : wish.equals(master.name());
        if (fulfilled) {
            return Step.act(new Action.AnswerSwitchover(wish, master.name() + " is the master"));
        }
        Map<String, PodRef> fit = fit(now, pods, any ? "" : wish);
        if (fit.isEmpty()) {
            boolean exists = pods.stream().anyMatch(pod -> pod.view().name().equals(wish));
            String why = exists || any
                    ? "no such replica has the master's data now"
                    : "there is no such Redis pod: give the name of one, or " + Wanted.ANY;
            return Step.act(new Action.AnswerSwitchover(wish, "refused, " + wish + ": " + why));
        }
        if (!any) {
            Step prefer = prefer(now, pods, preferred);
            if (!prefer.isNothing()) {
                return prefer;
            }
        }
        return Step.act(switchMaster(
                topology, now, say, pods, master, "asked for by annotation", wish, any ? whoShallNot : wish));
    }

    /** The Sentinels choose by priority. */
    private static Step prefer(Observation now, List<Pod> pods, String preferred) {
        for (Pod pod : pods) {
            if (pod.view().name().equals(preferred) && pod.answer() != null) {
                Step config = alone(now, pod);
                if (config.action() instanceof Action.SetConfig) {
                    return config;
                }
            }
        }
        return Step.NOTHING;
    }

    /** The replicas that may become master, by address. */
    private static Map<String, PodRef> fit(Observation now, List<Pod> pods, String only) {
        Map<String, PodRef> fit = new TreeMap<>();
        for (Pod pod : pods) {
            String address = now.addresses().get(pod.view().name());
            if (pod.following()
                    && address != null
                    && (only.isEmpty() || only.equals(pod.view().name()))) {
                fit.put(address, PodRef.of(pod.view()));
            }
        }
        return fit;
    }

    /** Nobody asks for it. */
    static Action switchMaster(
            Topology topology, Observation now, Consensus say, List<Pod> pods, PodView master, String reason) {
        return switchMaster(topology, now, say, pods, master, reason, "", "");
    }

    private static Action switchMaster(
            Topology topology,
            Observation now,
            Consensus say,
            List<Pod> pods,
            PodView master,
            String reason,
            String asked,
            String wish) {
        Map<String, PodRef> fit = fit(now, pods, "");
        Map<String, PodRef> others = new TreeMap<>();
        for (PodView pod : now.redisPods()) {
            String address = now.addresses().get(pod.name());
            if (address != null && !pod.equals(master) && !fit.containsKey(address)) {
                others.put(address, PodRef.of(pod));
            }
        }
        return new Action.SwitchMaster(
                PodRef.of(master),
                fit,
                others,
                say.answering().stream().map(PodRef::of).toList(),
                say.needed(),
                topology.masterName(),
                reason,
                asked,
                wish);
    }

    /** Pods are to go: the master must not be among them, and the Sentinels must not miss them afterwards. */
    private static Step shrink(
            Topology topology, Observation now, Consensus say, List<Pod> pods, PodView master, String preferred) {
        if (master.ordinal() >= topology.redisReplicas()) {
            Map<String, PodRef> fit = fit(now, pods, preferred);
            if (preferred.isEmpty() || fit.isEmpty()) {
                return Step.hold(master.name() + " is the master and to be scaled away: no replica that stays has its"
                        + " data yet");
            }
            Step prefer = prefer(now, pods, preferred);
            return prefer.isNothing()
                    ? Step.act(switchMaster(topology, now, say, pods, master, "its pod is scaled away"))
                    : prefer;
        }
        boolean whole = now.redisPods().size() == topology.redisReplicas()
                && now.sentinelPods().size() == topology.sentinelReplicas()
                && say.answering().size() == topology.sentinelReplicas()
                && pods.stream().allMatch(pod -> pod.view().equals(master) || pod.following());
        if (!whole) {
            return Step.NOTHING;
        }
        Set<String> known = new HashSet<>(now.addresses().values());
        PodView haunted = null;
        for (PodView pod : say.answering()) {
            var sentinel = (RedisAnswer.Watching) now.answer(pod);
            if (sentinel.replicas().size() < topology.redisReplicas() - 1
                    || sentinel.sentinels() < topology.sentinelReplicas() - 1) {
                // It is finding them; another one must not begin before it is done.
                return Step.NOTHING;
            }
            if (!known.containsAll(sentinel.replicas()) || sentinel.sentinels() > topology.sentinelReplicas() - 1) {
                haunted = pod;
            }
        }
        // Those that are gone may be so many that the rest is no majority: then this is the way back to one.
        return haunted == null
                ? Step.NOTHING
                : Step.act(new Action.ForgetPods(PodRef.of(haunted), topology.masterName()));
    }
}
