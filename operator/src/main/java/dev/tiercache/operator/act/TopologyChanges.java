package dev.tiercache.operator.act;

import dev.tiercache.operator.observe.RedisAnswer;
import dev.tiercache.operator.observe.RedisConnections.RedisFailure;
import dev.tiercache.operator.observe.RedisWatch;
import dev.tiercache.operator.plan.Action;
import dev.tiercache.operator.plan.Action.PodRef;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Carries out what changes who is master and who follows whom; each asks the world once more right before it acts. */
final class TopologyChanges {
    private static final String REBOOT_MILLIS = "3000";

    private final RedisWatch redis;
    private final Duration deadline;

    /** @param deadline longest wait for one answer */
    TopologyChanges(RedisWatch redis, Duration deadline) {
        this.redis = redis;
        this.deadline = deadline;
    }

    Outcome promote(Action.Promote promote)
            throws RedisFailure, TimeoutException, ExecutionException, InterruptedException {
        for (PodRef other : promote.others()) {
            SentinelCommands commands = ifReachable(other);
            if (commands != null && commands.isMaster()) {
                return new Outcome.Stale(other + " is master by now");
            }
        }
        commands(promote.pod()).followNobody();
        refresh(List.of(promote.pod()));
        return new Outcome.Done("made " + promote.pod() + " master: " + promote.reason());
    }

    Outcome follow(Action.Follow follow)
            throws RedisFailure, TimeoutException, ExecutionException, InterruptedException {
        for (PodRef pod : follow.pods()) {
            SentinelCommands commands = commands(pod);
            boolean wasMaster = commands.isMaster();
            commands.follow(follow.address());
            if (wasMaster) {
                commands.disconnectClients();
                // Of a switch that somebody else began: it would hold up what its new master sends, too.
                commands.resumeWrites();
            }
        }
        refresh(follow.pods());
        return new Outcome.Done("made " + names(follow.pods()) + " follow " + follow.master());
    }

    Outcome monitor(Action.Monitor monitor)
            throws RedisFailure, TimeoutException, ExecutionException, InterruptedException {
        if (!commands(monitor.master()).isMaster()) {
            return new Outcome.Stale(monitor.master() + " is no longer master");
        }
        var topology = monitor.topology();
        for (PodRef pod : monitor.sentinels()) {
            SentinelCommands sentinel = commands(pod);
            sentinel.monitor(
                    topology.masterName(),
                    monitor.address(),
                    topology.settings().getOrDefault("quorum", "2"));
            sentinel.authenticate(topology.masterName(), topology.password().text());
            sentinel.set(topology.masterName(), topology.settings());
            // A master that restarts and loads its file answers all the while, and would be waited for however long.
            sentinel.set(topology.masterName(), Map.of("master-reboot-down-after-period", REBOOT_MILLIS));
        }
        refresh(monitor.sentinels());
        return new Outcome.Done("had " + names(monitor.sentinels()) + " watch " + monitor.master());
    }

    Outcome tune(Action.TuneSentinels tune)
            throws RedisFailure, TimeoutException, ExecutionException, InterruptedException {
        for (PodRef pod : tune.sentinels()) {
            commands(pod).set(tune.masterName(), tune.settings());
            commands(pod).lookEvery(RedisAnswer.USUAL_LOOKS);
        }
        refresh(tune.sentinels());
        return new Outcome.Done("gave " + names(tune.sentinels()) + " their settings");
    }

    Outcome retry(Action.RetryFailover retry) throws InterruptedException {
        Outcome outcome = new FailoverRetry(retry, this::ifReachable).run();
        refresh(retry.sentinels());
        return outcome;
    }

    Outcome forget(Action.ForgetPods forget)
            throws RedisFailure, TimeoutException, ExecutionException, InterruptedException {
        commands(forget.sentinel()).reset(forget.masterName());
        refresh(List.of(forget.sentinel()));
        return new Outcome.Done("had " + forget.sentinel() + " forget the pods that were scaled away");
    }

    Outcome change(Action.SwitchMaster change)
            throws RedisFailure, TimeoutException, ExecutionException, InterruptedException {
        Outcome outcome = new MasterSwitch(change, this::ifReachable).run();
        refresh(List.of(change.from()));
        refresh(List.copyOf(change.replicas().values()));
        refresh(List.copyOf(change.others().values()));
        refresh(change.sentinels());
        return outcome;
    }

    private SentinelCommands commands(PodRef pod) throws RedisFailure {
        var target = redis.target(pod.uid());
        if (target == null) {
            throw new RedisFailure(false, pod + " is gone");
        }
        return new SentinelCommands(redis.connections().to(target, deadline), deadline);
    }

    private @Nullable SentinelCommands ifReachable(PodRef pod) {
        try {
            return commands(pod);
        } catch (RedisFailure unreachable) {
            return null;
        }
    }

    private void refresh(List<PodRef> pods) {
        pods.forEach(pod -> redis.refresh(pod.uid()));
    }

    private static String names(List<PodRef> pods) {
        return pods.stream().map(PodRef::name).collect(Collectors.joining(", "));
    }
}
