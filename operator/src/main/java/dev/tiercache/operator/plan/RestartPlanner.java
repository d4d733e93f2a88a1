package dev.tiercache.operator.plan;

import dev.tiercache.operator.desired.Names;
import dev.tiercache.operator.observe.Consensus;
import dev.tiercache.operator.observe.Observation;
import dev.tiercache.operator.observe.PodView;
import dev.tiercache.operator.observe.RedisAnswer;
import dev.tiercache.operator.observe.WorkloadView;
import dev.tiercache.operator.plan.Action.PodRef;
import dev.tiercache.operator.plan.SentinelPlanner.Pod;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Restarts of mode Sentinel: one pod at a time, the Sentinels first, then the replicas from the highest number down, then
 * the master after a switch; of each kind one that is not ready comes first. A pod that is well is not restarted while
 * another one, Redis or Sentinel, is away. A pod that does not run has nothing to lose and waits for nobody.
 */
final class RestartPlanner {
    private RestartPlanner() {}

    /** A Redis pod that must be restarted, and why. */
    record Restart(Pod pod, String reason) {}

    /** A pod of another template that does not run may never do so (its image is mistaken): it is made anew at once. */
    static Step stuck(Wanted wanted, Topology topology, Observation now) {
        Step redis = stuck(now.redisSet(), now.redisPods(), wanted.restartHash());
        return redis.acts() ? redis : stuck(now.sentinelSet(), now.sentinelPods(), topology.sentinelRestartHash());
    }

    private static Step stuck(@Nullable WorkloadView set, List<PodView> pods, String hash) {
        return pods.stream()
                .filter(_ -> isRolledOut(set, hash))
                .filter(pod -> !pod.running() && !pod.terminating())
                .filter(pod -> !pod.restartHash().equals(hash))
                .findFirst()
                .map(pod -> Step.act(new Action.RestartPod(PodRef.of(pod), PodPlanner.TEMPLATE_CHANGED)))
                .orElse(Step.NOTHING);
    }

    private static boolean isRolledOut(@Nullable WorkloadView set, String hash) {
        return set != null && set.templateHash().equals(hash) && set.rolledOut();
    }

    static Step roll(
            Wanted wanted,
            Topology topology,
            Observation now,
            Consensus say,
            List<Pod> pods,
            PodView master,
            List<Restart> restarts) {
        Step sentinels = rollSentinels(wanted, topology, now, say, pods, master);
        if (!sentinels.isNothing() || restarts.isEmpty()) {
            return sentinels;
        }
        if (!isRolledOut(now.redisSet(), wanted.restartHash())) {
            return Step.hold("restarts wait for the new template of the Redis pods");
        }
        Restart next = restarts.stream()
                .max(Comparator.comparing(
                                (Restart restart) -> !restart.pod().view().ready())
                        .thenComparing(restart -> !restart.pod().view().equals(master))
                        .thenComparing(restart -> restart.pod().view().ordinal()))
                .orElseThrow();
        PodView chosen = next.pod().view();
        for (Pod other : pods) {
            if (!isWell(other, master) && !other.view().equals(chosen)) {
                return waitFor(chosen, other);
            }
        }
        if (pods.size() < topology.redisReplicas()) {
            return Step.hold(chosen.name() + " is not restarted before all Redis pods are there");
        }
        if (chosen.ready() && countWell(now) < topology.sentinelReplicas()) {
            return Step.hold(chosen.name() + " is not restarted before all Sentinels reach a quorum");
        }
        if (!chosen.equals(master)) {
            return Step.act(new Action.RestartPod(PodRef.of(chosen), next.reason()));
        }
        if (!topology.automatic()) {
            return Step.hold(
                    master.name() + " is the master and must be restarted: ask for a switch with the annotation "
                            + Names.ANNOTATION_SWITCHOVER + " (spec.update.masterSwitch is Manual)");
        }
        return Step.act(SentinelPlanner.switchMaster(
                topology, now, say, pods, master, "it must be restarted: " + next.reason()));
    }

    private static Step rollSentinels(
            Wanted wanted, Topology topology, Observation now, Consensus say, List<Pod> pods, PodView master) {
        PodView stale = now.sentinelPods().stream()
                .filter(pod -> !pod.restartHash().equals(topology.sentinelRestartHash()))
                .max(Comparator.comparing((PodView pod) -> !pod.ready()).thenComparing(PodView::ordinal))
                .orElse(null);
        if (stale == null) {
            return Step.NOTHING;
        }
        if (!isRolledOut(now.sentinelSet(), topology.sentinelRestartHash())) {
            return Step.hold("restarts wait for the new template of the Sentinel pods");
        }
        for (PodView other : now.sentinelPods()) {
            if (!other.equals(stale) && !isWell(now, other)) {
                return Step.hold(stale.name() + " is not restarted before " + other.name() + " reaches a quorum");
            }
        }
        if (now.sentinelPods().size() < topology.sentinelReplicas()) {
            return Step.hold(stale.name() + " is not restarted before all Sentinel pods are there");
        }
        if (stale.ready()) {
            for (Pod other : pods) {
                // One that is still to be restarted is so after the Sentinels: they do not wait for it.
                boolean toCome = !other.view().terminating()
                        && !other.view().restartHash().equals(wanted.restartHash());
                if (!isWell(other, master) && !toCome) {
                    return waitFor(stale, other);
                }
            }
            if (pods.size() < topology.redisReplicas()) {
                return Step.hold(stale.name() + " is not restarted before all Redis pods are there");
            }
        }
        if (stale.terminating() || say.down()) {
            return Step.hold(stale.name() + " is being replaced");
        }
        return Step.act(new Action.RestartPod(PodRef.of(stale), PodPlanner.TEMPLATE_CHANGED));
    }

    private static Step waitFor(PodView pod, Pod other) {
        return Step.hold(
                pod.name() + " is not restarted before " + other.view().name() + " has the master's data and is ready");
    }

    private static boolean isWell(Pod pod, PodView master) {
        return pod.view().equals(master)
                ? !master.terminating()
                : pod.following() && pod.view().ready();
    }

    private static boolean isWell(Observation now, PodView sentinel) {
        return sentinel.ready()
                && !sentinel.terminating()
                && now.answer(sentinel) instanceof RedisAnswer.Watching it
                && it.quorate();
    }

    private static long countWell(Observation now) {
        return now.sentinelPods().stream().filter(pod -> isWell(now, pod)).count();
    }
}
