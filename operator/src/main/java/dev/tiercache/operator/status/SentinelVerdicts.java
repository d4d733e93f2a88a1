package dev.tiercache.operator.status;

import dev.tiercache.operator.crd.CacheDeploymentSpec;
import dev.tiercache.operator.observe.Consensus;
import dev.tiercache.operator.observe.Observation;
import dev.tiercache.operator.observe.PodView;
import dev.tiercache.operator.observe.RedisAnswer;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the conditions say of a master, its replicas and the Sentinels; pure. */
final class SentinelVerdicts {
    private static final String REPLICA_MISSING = "ReplicaMissing";
    private static final String LINK_DOWN = "ReplicationLinkDown";
    private static final String QUORUM_AT_RISK = "SentinelQuorumAtRisk";
    /** Reasons of a start that is not over, and of Degraded afterwards. */
    static final Set<String> INCOMPLETE = Set.of(REPLICA_MISSING, LINK_DOWN, QUORUM_AT_RISK);

    private SentinelVerdicts() {}

    /**
     * One pod is master, a majority of the Sentinels says so, and it takes writes. A start ends when all replicas have
     * its data and a failover could be authorised; from then on what is missing is a matter of Degraded.
     *
     * @param before whether Redis was ready once
     */
    static Verdict redis(Situation situation, CacheDeploymentSpec spec, boolean before) {
        Observation now = situation.now();
        var say = Consensus.of(now, spec.effectiveSentinel().replicas());
        if (now.redisPods().isEmpty()) {
            return Verdict.no("NoMaster", "there is no Redis pod yet");
        }
        List<PodView> masters = now.redisPods().stream()
                .filter(pod -> {
                    var answer = now.answering(pod);
                    return answer != null && answer.serving();
                })
                .toList();
        PodView master = say.master(now);
        if (master == null) {
            return withoutMaster(situation, say, masters);
        }
        if (masters.size() > 1) {
            return Verdict.no(
                    "SplitBrain",
                    names(masters) + " say that they are master; the Sentinels name " + master.name()
                            + ", and the others are made replicas");
        }
        if (say.down() && !say.failover()) {
            return Verdict.no("NoMaster", "a Sentinel no longer reaches " + master.name() + ", which it names master");
        }
        Verdict incomplete = degraded(now, spec);
        return before || incomplete == null
                ? Verdict.yes(
                        "Serving",
                        master.name() + " is the master, takes writes, and a majority of the Sentinels says so")
                : Verdict.no(incomplete.reason(), incomplete.message());
    }

    private static Verdict withoutMaster(Situation situation, Consensus say, List<PodView> masters) {
        Observation now = situation.now();
        for (PodView pod : now.redisPods()) {
            if (now.answer(pod) instanceof RedisAnswer.Refused it) {
                return Verdict.no("OperatorRefused", pod.name() + " does not accept the operator: " + it.reason());
            }
        }
        PodView named = now.redisAt(say.named());
        if (named != null && now.answer(named) instanceof RedisAnswer.Answering it && it.loading()) {
            return Verdict.no("Loading", named.name() + " is loading its data");
        }
        String held = situation.plan() == null ? "" : situation.plan().held();
        String trouble = now.redisPods().stream()
                .filter(pod ->
                        !pod.trouble().isEmpty() && !Verdicts.reasonOf(pod).equals("PodNotReady"))
                .findFirst()
                .map(pod -> pod.name() + " " + Verdicts.asClause(pod.trouble()))
                .orElse("");
        String why = held.isEmpty() ? trouble : trouble.isEmpty() ? held : held + "; " + trouble;
        return masters.size() > 1
                ? Verdict.no("SplitBrain", names(masters) + " say that they are master: " + why)
                : Verdict.no("NoMaster", why.isEmpty() ? "no Redis pod is master yet" : why);
    }

    /** A failover could be authorised now, and a replica is fit for it. */
    static Verdict quorate(Observation now, CacheDeploymentSpec spec) {
        int wanted = spec.effectiveSentinel().replicas();
        var say = Consensus.of(now, wanted);
        if (!say.isQuorate()) {
            return Verdict.no(
                    "NoQuorum",
                    say.quorate() + " of " + wanted + " Sentinels reach enough others for a failover, " + say.needed()
                            + " are needed" + away(now.sentinelPods(), now));
        }
        PodView master = say.master(now);
        boolean fit = now.redisPods().stream().anyMatch(pod -> !pod.equals(master) && now.following(pod));
        return fit || master == null
                ? Verdict.yes("QuorumReachable", say.quorate() + " of " + wanted + " Sentinels could begin a failover")
                : Verdict.no(
                        "NoGoodReplica", "no replica has the data of " + master.name() + ": none could replace it");
    }

    /** What is missing although there is a master, or null. */
    static @Nullable Verdict degraded(Observation now, CacheDeploymentSpec spec) {
        int sentinels = spec.effectiveSentinel().replicas();
        var say = Consensus.of(now, sentinels);
        PodView master = say.master(now);
        if (master == null) {
            return null;
        }
        for (PodView pod : now.redisPods()) {
            if (pod.equals(master) || now.following(pod)) {
                continue;
            }
            return now.answering(pod) == null
                    ? Verdict.yes(
                            REPLICA_MISSING, pod.name() + " does not answer, or " + Verdicts.asClause(pod.trouble()))
                    : Verdict.yes(LINK_DOWN, pod.name() + " does not have the data of " + master.name() + " yet");
        }
        if (now.redisPods().size() < spec.redisReplicas()) {
            return Verdict.yes(
                    REPLICA_MISSING, now.redisPods().size() + " of " + spec.redisReplicas() + " Redis pods exist");
        }
        if (say.answering().size() < sentinels || say.quorate() < sentinels) {
            return Verdict.yes(
                    QUORUM_AT_RISK,
                    say.quorate() + " of " + sentinels + " Sentinels reach a quorum" + away(now.sentinelPods(), now));
        }
        boolean tilt = say.answering().stream()
                .anyMatch(pod -> now.answer(pod) instanceof RedisAnswer.Watching it && it.tilt());
        return tilt
                ? Verdict.yes(
                        QUORUM_AT_RISK,
                        "a Sentinel is in TILT mode: its clock jumped or its node is overloaded, and it does nothing"
                                + " for 30 s")
                : null;
    }

    private static String away(List<PodView> sentinels, Observation now) {
        String silent = sentinels.stream()
                .filter(pod -> !(now.answer(pod) instanceof RedisAnswer.Watching))
                .map(pod -> pod.name() + " " + Verdicts.asClause(pod.trouble()))
                .collect(Collectors.joining(", "));
        return silent.isEmpty() ? "" : ": " + silent;
    }

    private static String names(List<PodView> pods) {
        return pods.stream().map(PodView::name).collect(Collectors.joining(" and "));
    }
}
