package dev.tiercache.operator.plan;

import dev.tiercache.operator.desired.Names;
import dev.tiercache.operator.observe.Consensus;
import dev.tiercache.operator.observe.Observation;
import dev.tiercache.operator.observe.PodView;
import dev.tiercache.operator.observe.RedisAnswer;
import dev.tiercache.operator.observe.RedisAnswer.Answering;
import dev.tiercache.operator.plan.Action.PodRef;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Who is master, and that everybody knows it.
 *
 * <p>The Sentinels decide. Where a majority names a pod that says itself that it is master, the labels follow,
 * Sentinels with another opinion are put right, and pods that follow another or none are attached. While a failover is
 * under way nothing but labels is touched, nor before every pod that runs has been asked: an operator that has just
 * started does not take those it has not heard for silent. A failover that came to nothing is begun anew ({@link
 * StalledFailover}). What is left for the operator are the states that Sentinels do not come out of: none of them knows
 * a master (the first start, or all of them were lost), no majority names the same, or the one they name is gone for
 * good or waits for a decision. It decides only what cannot be wrong: a master that there is already stays; of several
 * pods without master the only one with data is it, or the one whose volume is recorded as the master's. Otherwise it
 * says so and waits for a person.
 */
final class MasterPlanner {
    private MasterPlanner() {}

    /** @param switchover who shall be master as a person asks; empty if nobody does */
    static Step next(Topology wanted, String switchover, Observation now, Consensus say) {
        PodView master = say.master(now);
        Step labels = labels(now, master);
        if (labels.acts()) {
            return labels;
        }
        if (say.failover()) {
            return Step.hold("the Sentinels carry out a failover");
        }
        if (!now.unasked().isEmpty()) {
            return Step.hold(podNames(now.unasked()) + ": not asked yet");
        }
        Step again = StalledFailover.next(wanted, now, say);
        if (again.acts()) {
            return again;
        }
        return master == null ? recover(wanted, switchover, now, say) : attach(wanted, now, say, master);
    }

    /** A label that is wrong goes first: two pods never carry the master's. */
    private static Step labels(Observation now, @Nullable PodView master) {
        List<PodView> wrong = now.redisPods().stream()
                .filter(pod -> !pod.role().equals(role(now, master, pod)))
                .sorted((a, b) -> Boolean.compare(isLabelledMaster(b), isLabelledMaster(a)))
                .toList();
        return wrong.isEmpty()
                ? Step.NOTHING
                : Step.act(new Action.LabelRole(PodRef.of(wrong.getFirst()), role(now, master, wrong.getFirst())));
    }

    private static boolean isLabelledMaster(PodView pod) {
        return pod.role().equals(Names.ROLE_MASTER);
    }

    /** The label a pod shall have: its present one as long as nobody knows better. */
    private static String role(Observation now, @Nullable PodView master, PodView pod) {
        if (pod.equals(master)) {
            return Names.ROLE_MASTER;
        }
        Answering answer = now.answering(pod);
        boolean follows = answer != null && !answer.loading() && !answer.isMaster() && !isOrphan(answer);
        return follows || (master != null && isLabelledMaster(pod)) ? Names.ROLE_REPLICA : pod.role();
    }

    /** There is a master: everybody shall know it. */
    private static Step attach(Topology wanted, Observation now, Consensus say, PodView master) {
        String address = Objects.requireNonNull(say.named());
        List<PodView> dissenting = say.dissenting(now);
        if (!dissenting.isEmpty()) {
            return Step.act(monitor(wanted, dissenting, master, address));
        }
        List<PodRef> astray = now.redisPods().stream()
                .filter(pod -> !pod.equals(master) && !pod.terminating())
                .filter(pod -> {
                    Answering answer = now.answering(pod);
                    return answer != null
                            && !answer.loading()
                            && !answer.replication().masterHost().equals(address);
                })
                .map(PodRef::of)
                .toList();
        if (!astray.isEmpty()) {
            return Step.act(new Action.Follow(astray, master.name(), address));
        }
        // A pod that is about to stop may have one of them hurry just now.
        boolean calm = now.redisPods().stream().noneMatch(PodView::terminating);
        List<PodRef> mistuned = say.answering().stream()
                .filter(pod -> !watching(now, pod).settings().equals(wanted.settings())
                        || (calm && watching(now, pod).hurried()))
                .map(PodRef::of)
                .toList();
        return mistuned.isEmpty()
                ? Step.NOTHING
                : Step.act(new Action.TuneSentinels(mistuned, wanted.masterName(), wanted.settings()));
    }

    /**
     * No pod is master with the consent of a majority. Sentinels that name several, or whose others lost their memory,
     * never come to one by themselves: a failover needs a majority that names the same.
     */
    private static Step recover(Topology wanted, String switchover, Observation now, Consensus say) {
        if (say.answering().size() < say.needed()) {
            return Step.hold("only " + say.answering().size() + " of " + wanted.sentinelReplicas()
                    + " Sentinels answer: " + say.needed() + " are needed to know who is master");
        }
        List<PodView> masters = now.redisPods().stream()
                .filter(pod -> {
                    Answering answer = now.answering(pod);
                    return answer != null && answer.serving();
                })
                .toList();
        PodView named = now.redisAt(say.named());
        if (named != null) {
            Step wait = waitFor(now, named, masters);
            if (wait != null) {
                return wait;
            }
        }
        if (masters.size() == 1) {
            return introduce(wanted, now, say, masters.getFirst());
        }
        if (masters.size() > 1) {
            return choose(wanted, switchover, now, say, masters);
        }
        return elect(wanted, switchover, now, named);
    }

    /**
     * There is one master that no majority knows. The replicas come first: a Sentinel asks a master for them when it
     * hears of it, and then every ten seconds, in which it could name no successor.
     */
    private static Step introduce(Topology wanted, Observation now, Consensus say, PodView master) {
        String address = address(now, master);
        List<PodRef> orphans = now.redisPods().stream()
                .filter(pod -> !pod.equals(master) && !pod.terminating())
                .filter(pod -> {
                    Answering answer = now.answering(pod);
                    return answer != null && !answer.loading() && isOrphan(answer);
                })
                .map(PodRef::of)
                .toList();
        if (!orphans.isEmpty()) {
            return Step.act(new Action.Follow(orphans, master.name(), address));
        }
        long following = now.redisPods().stream()
                .map(now::answering)
                .filter(answer ->
                        answer != null && answer.replication().masterHost().equals(address))
                .count();
        Answering answer = now.answering(master);
        return answer != null && answer.replication().connected() < following
                ? Step.hold("the replicas of " + master.name() + " connect to it before the Sentinels hear of it")
                : Step.act(monitor(wanted, othersThan(now, say, master), master, address));
    }

    /** Whether the Sentinels will do by themselves what is to be done about the pod that they name. */
    private static @Nullable Step waitFor(Observation now, PodView named, List<PodView> masters) {
        Answering answer = now.answering(named);
        if (answer == null) {
            return Step.hold(
                    named.name() + ", which the Sentinels name master, does not answer: they replace it as soon"
                            + " as it was silent for long enough and a replica is fit for it");
        }
        if (answer.loading()) {
            return Step.hold(named.name() + ", which the Sentinels name master, is loading its data");
        }
        if (answer.replication().returns()) {
            return Step.hold(named.name() + ", which the Sentinels name master, goes on as such once they see it");
        }
        boolean followsOneOfThem = answer.replication().linkUp()
                && masters.stream()
                        .anyMatch(master -> answer.replication().masterHost().equals(address(now, master)));
        if (!isOrphan(answer)
                && !followsOneOfThem
                && !isFollowedBy(now, named, now.redisAt(answer.replication().masterHost()))) {
            return Step.hold(named.name() + ", which the Sentinels name master, is a replica: they put that right");
        }
        return null;
    }

    /** Whether another pod follows this one: of two that follow each other none becomes master by itself. */
    private static boolean isFollowedBy(Observation now, PodView pod, @Nullable PodView other) {
        Answering answer = other == null ? null : now.answering(other);
        return answer != null && answer.replication().masterHost().equals(address(now, pod));
    }

    /** Several pods say that they are master, and no majority names one of them. */
    private static Step choose(
            Topology wanted, String switchover, Observation now, Consensus say, List<PodView> masters) {
        List<PodView> withData = withData(now, masters);
        PodView chosen = withData.size() == 1 ? withData.getFirst() : called(masters, switchover);
        if (chosen == null) {
            return Step.hold("several pods say that they are master (" + podNames(masters)
                    + "), and no majority of the Sentinels names one of them: choose one with the annotation "
                    + Names.ANNOTATION_SWITCHOVER);
        }
        return Step.act(monitor(wanted, othersThan(now, say, chosen), chosen, now));
    }

    /** No pod is master: the one that cannot be wrong becomes it. */
    private static Step elect(Topology wanted, String switchover, Observation now, @Nullable PodView named) {
        int expected =
                now.redisSet() == null ? wanted.redisReplicas() : now.redisSet().wanted();
        if (now.redisPods().size() < expected) {
            return Step.hold("not all Redis pods have been created yet");
        }
        for (PodView pod : now.redisPods()) {
            Answering answer = now.answering(pod);
            if (answer != null && answer.loading()) {
                return Step.hold(pod.name() + " is loading its data, and nobody is master yet");
            }
            if (answer == null && (wanted.durable() || pod.running())) {
                return Step.hold("nobody is master, and " + pod.name()
                        + " does not answer yet: it may be the one that holds the data");
            }
        }
        List<PodView> staying = now.redisPods().stream()
                .filter(pod -> now.answering(pod) != null && !pod.terminating())
                .toList();
        List<PodView> withData = withData(now, now.redisPods());
        PodView leaving =
                withData.stream().filter(PodView::terminating).findFirst().orElse(null);
        if (leaving != null) {
            return Step.hold("nobody is master, and " + leaving.name()
                    + ", which holds data, is being deleted: its successor may have them still");
        }
        if (staying.isEmpty()) {
            return Step.hold("no Redis pod answers yet");
        }
        PodView recorded = called(withData, now.recordedMaster());
        if (withData.isEmpty()) {
            PodView first = named != null && staying.contains(named) ? named : staying.getFirst();
            return promote(now, first, "no pod holds data");
        }
        if (withData.size() == 1) {
            return promote(now, withData.getFirst(), "it is the only one with data");
        }
        PodView asked = called(withData, switchover);
        if (asked != null) {
            return promote(now, asked, "the annotation " + Names.ANNOTATION_SWITCHOVER + " chose it");
        }
        if (named != null && withData.contains(named)) {
            return promote(now, named, "the Sentinels name it, and its data are here");
        }
        if (recorded != null) {
            return promote(now, recorded, "its volume is recorded as that of the last master");
        }
        return Step.hold(
                "several pods hold data (" + podNames(withData) + "), and nothing tells which of them was master"
                        + " last: choose one with the annotation " + Names.ANNOTATION_SWITCHOVER);
    }

    private static Step promote(Observation now, PodView pod, String reason) {
        List<PodRef> others = now.redisPods().stream()
                .filter(other -> !other.equals(pod) && now.answering(other) != null)
                .map(PodRef::of)
                .toList();
        return Step.act(new Action.Promote(PodRef.of(pod), others, reason));
    }

    private static List<PodView> othersThan(Observation now, Consensus say, PodView master) {
        String address = address(now, master);
        return say.answering().stream()
                .filter(pod -> !address.equals(watching(now, pod).master()))
                .toList();
    }

    private static Action monitor(Topology wanted, List<PodView> sentinels, PodView master, Observation now) {
        return monitor(wanted, sentinels, master, address(now, master));
    }

    private static Action monitor(Topology wanted, List<PodView> sentinels, PodView master, String address) {
        return new Action.Monitor(sentinels.stream().map(PodRef::of).toList(), PodRef.of(master), address, wanted);
    }

    private static List<PodView> withData(Observation now, List<PodView> pods) {
        return pods.stream()
                .filter(pod -> {
                    Answering answer = now.answering(pod);
                    return answer != null && answer.replication().hasData();
                })
                .toList();
    }

    private static @Nullable PodView called(List<PodView> pods, String name) {
        return pods.stream().filter(pod -> pod.name().equals(name)).findFirst().orElse(null);
    }

    private static boolean isOrphan(Answering answer) {
        return answer.replication().isOrphan();
    }

    private static String address(Observation now, PodView pod) {
        return now.addresses().getOrDefault(pod.name(), "");
    }

    private static RedisAnswer.Watching watching(Observation now, PodView pod) {
        return (RedisAnswer.Watching) now.answer(pod);
    }

    private static String podNames(List<PodView> pods) {
        return pods.stream().map(PodView::name).collect(Collectors.joining(", "));
    }
}
