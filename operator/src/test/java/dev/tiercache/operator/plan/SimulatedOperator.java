package dev.tiercache.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.operator.desired.Names;
import dev.tiercache.operator.observe.Consensus;
import dev.tiercache.operator.observe.DeletedPods;
import dev.tiercache.operator.observe.Observation;
import dev.tiercache.operator.observe.PodView;
import dev.tiercache.operator.plan.Action.PodRef;
import dev.tiercache.operator.plan.SetOfPods.Node;
import dev.tiercache.operator.plan.SetOfPods.Redis;
import dev.tiercache.operator.plan.SetOfPods.Sentinel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Plans and acts on a {@link SimulatedCluster}, asks before it acts what the operator asks, and checks what it does. */
final class SimulatedOperator {
    private final SimulatedCluster cluster;
    private final SetOfPods set;
    /** What happened, for whoever has to understand a failure. */
    final List<String> log = new ArrayList<>();

    private final Set<String> restarted = new HashSet<>();
    private final DeletedPods deleted = new DeletedPods();
    private Observation former;

    SimulatedOperator(SimulatedCluster cluster) {
        this.cluster = cluster;
        this.set = cluster.set;
        this.former = cluster.now();
    }

    /** @param late whether it sees the world of the last step */
    Plan step(boolean late) {
        Observation now = cluster.now();
        Observation seen = withDeleted(late ? former : now);
        former = now;
        restarted.removeIf(uid -> isBack(uid, now));
        Wanted wanted = set.wanted();
        Plan plan = Planner.next(wanted, seen);
        log.add((late ? "late " : "") + plan.action() + (plan.held().isEmpty() ? "" : " held: " + plan.held()));
        act(plan.action(), seen);
        checkLabels();
        return plan;
    }

    private Observation withDeleted(Observation seen) {
        return new Observation(
                seen.redisSet(),
                deleted.among("ns", seen.redisPods()),
                seen.answers(),
                seen.refusedDefaults(),
                seen.api(),
                seen.apiPods(),
                seen.inPlaceResize(),
                seen.sentinelSet(),
                deleted.among("ns", seen.sentinelPods()),
                seen.addresses(),
                seen.recordedMaster());
    }

    void checkLabels() {
        assertThat(set.redises.stream().filter(pod -> pod.label.equals(Names.ROLE_MASTER)))
                .as("pods that are labelled master")
                .hasSizeLessThanOrEqualTo(1);
    }

    private void act(Action action, Observation seen) {
        switch (action) {
            case Action.None _, Action.RefreshFiles _, Action.ResizePod _ -> {}
            case Action.SetConfig config -> {
                if (find(config.pod()) instanceof Redis pod && pod.speaks()) {
                    pod.config.putAll(config.values());
                }
            }
            case Action.SetUsers users -> {
                Node pod = find(users.pod());
                if (pod != null && pod.speaks()) {
                    var all = new HashMap<>(pod.users);
                    users.users().forEach(user -> all.put(user.name(), user));
                    pod.users = all;
                }
            }
            case Action.LabelRole label -> {
                if (find(label.pod()) instanceof Redis pod) {
                    cluster.label(pod, label.role());
                }
            }
            case Action.Promote promote -> promote(promote);
            case Action.Follow follow -> {
                for (PodRef ref : follow.pods()) {
                    if (!(find(ref) instanceof Redis pod) || !pod.speaks()) {
                        return;
                    }
                    pod.follow(follow.address());
                }
            }
            case Action.Monitor monitor -> {
                if (find(monitor.master()) instanceof Redis master && master.speaks() && master.master) {
                    for (Sentinel sentinel : sentinels(monitor.sentinels())) {
                        cluster.monitor(sentinel, monitor.address());
                    }
                }
            }
            case Action.TuneSentinels tune ->
                sentinels(tune.sentinels()).forEach(sentinel -> {
                    sentinel.settings = tune.settings();
                    sentinel.hurried = false;
                });
            case Action.RetryFailover retry -> cluster.retryFailover(sentinels(retry.sentinels()), retry.needed());
            case Action.ForgetPods forget ->
                sentinels(List.of(forget.sentinel())).forEach(sentinel -> {
                    sentinel.replicas.clear();
                    sentinel.others = 0;
                });
            case Action.SwitchMaster change -> switchMaster(change);
            case Action.AnswerSwitchover _ -> set.switchover = "";
            case Action.RestartPod restart -> restart(restart, seen);
        }
    }

    private void promote(Action.Promote promote) {
        boolean master = promote.others().stream()
                .map(this::find)
                .anyMatch(other -> other instanceof Redis it && it.speaks() && it.master);
        if (master || !(find(promote.pod()) instanceof Redis chosen) || !chosen.speaks()) {
            return;
        }
        assertThat(set.redises.stream().filter(pod -> pod.speaks() && pod.master && pod != chosen))
                .as("masters that answer while %s is made master", chosen.name())
                .isEmpty();
        if (!chosen.hasData) {
            assertThat(set.redises.stream().filter(pod -> pod.hasData).map(Node::name))
                    .as("pods with data while %s, which has none, is made master", chosen.name())
                    .isEmpty();
        }
        chosen.master = true;
        chosen.masterHost = "";
        chosen.linkUp = false;
    }

    private void switchMaster(Action.SwitchMaster change) {
        if (change.isAsked()) {
            set.switchover = "";
        }
        List<Sentinel> asked = sentinels(change.sentinels());
        long agreed = asked.stream()
                .filter(sentinel -> sentinel.master != null && change.another(sentinel.master) == null)
                .count();
        boolean caughtUp = change.replicas().values().stream()
                .map(this::find)
                .allMatch(pod -> pod instanceof Redis replica && replica.speaks() && replica.linkUp);
        if (find(change.from()) instanceof Redis from
                && from.speaks()
                && from.master
                && agreed >= change.needed()
                && caughtUp) {
            cluster.promote(asked.getFirst(), from);
        }
    }

    private void restart(Action.RestartPod restart, Observation seen) {
        Node pod = find(restart.pod());
        if (pod == null || pod.terminating) {
            return;
        }
        PodView view = seen.watchedPods()
                .filter(each -> each.uid().equals(pod.uid()))
                .findFirst()
                .orElseThrow();
        // A pod that was seen to be away may be made anew at any time.
        if (pod instanceof Redis ? view.running() : view.ready()) {
            checkAlone(restart.pod(), seen);
        }
        if (view.ready()) {
            assertThat(restarted)
                    .as("pods that the operator restarted and that are not back, while it restarts %s", pod.name())
                    .isEmpty();
        }
        restarted.add(pod.uid());
        deleted.add("ns", pod.name(), pod.uid());
        cluster.delete(pod);
    }

    /** Whether the pod has a successor that is ready, as far as was seen. */
    private static boolean isBack(String uid, Observation seen) {
        String name = uid.substring(0, uid.indexOf('/'));
        return seen.watchedPods()
                .anyMatch(pod -> pod.name().equals(name) && !pod.uid().equals(uid) && pod.ready());
    }

    private void checkAlone(PodRef ref, Observation seen) {
        var master = Consensus.of(seen, set.wantedSentinels).master(seen);
        var others = seen.redisPods().stream()
                .filter(pod -> !pod.uid().equals(ref.uid()) && !pod.equals(master))
                // A Sentinel does not wait for one that is to be restarted after it.
                .filter(pod -> ref.name().contains("-redis-")
                        || pod.terminating()
                        || pod.restartHash().equals(set.redisHash));
        assertThat(others).as("Redis pods while %s is restarted", ref).allSatisfy(pod -> {
            var answer = seen.answering(pod);
            assertThat(pod.ready()).isTrue();
            assertThat(answer != null && answer.following()).isTrue();
        });
        assertThat(seen.redisPods()).as("Redis pods while %s is restarted", ref).hasSize(set.wantedRedises);
        assertThat(master).as("master while %s is restarted", ref).isNotNull();
        assertThat(master != null && master.terminating())
                .as("the master is being deleted while %s is restarted", ref)
                .isFalse();
        assertThat(ref.uid()).as("the master is not restarted").isNotEqualTo(master == null ? "" : master.uid());
    }

    private @Nullable Node find(PodRef ref) {
        Map<String, Node> nodes = new HashMap<>();
        set.redises.forEach(pod -> nodes.put(pod.uid(), pod));
        set.sentinels.forEach(pod -> nodes.put(pod.uid(), pod));
        return nodes.get(ref.uid());
    }

    private List<Sentinel> sentinels(List<PodRef> refs) {
        List<Sentinel> found = new ArrayList<>();
        for (PodRef ref : refs) {
            if (find(ref) instanceof Sentinel sentinel && sentinel.speaks()) {
                found.add(sentinel);
            }
        }
        return found;
    }
}
