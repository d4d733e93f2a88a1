package dev.tiercache.e2e.process;

import dev.tiercache.operator.act.Executor;
import dev.tiercache.operator.act.Outcome;
import dev.tiercache.operator.desired.AclFile;
import dev.tiercache.operator.leader.Leadership;
import dev.tiercache.operator.metrics.OperatorMetrics;
import dev.tiercache.operator.observe.DeletedPods;
import dev.tiercache.operator.observe.Observation;
import dev.tiercache.operator.observe.PodView;
import dev.tiercache.operator.observe.RedisAnswer;
import dev.tiercache.operator.observe.RedisTarget;
import dev.tiercache.operator.observe.RedisWatch;
import dev.tiercache.operator.observe.Resources;
import dev.tiercache.operator.observe.WorkloadView;
import dev.tiercache.operator.plan.Action;
import dev.tiercache.operator.plan.Plan;
import dev.tiercache.operator.plan.Planner;
import dev.tiercache.operator.plan.Topology;
import dev.tiercache.operator.plan.Wanted;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The operator without Kubernetes, on pods that are processes: it asks, plans and acts as it does in a cluster. Labels,
 * which only an API server could keep, are kept here.
 */
final class ProcessOperator implements AutoCloseable {
    private static final ResourceID RESOURCE = new ResourceID("reports", "ns");

    private final PodProcesses pods;
    private final KubernetesClient client = new KubernetesClientBuilder().build();
    private final OperatorMetrics metrics = new OperatorMetrics(Leadership.alone());
    private final RedisWatch watch = new RedisWatch(Duration.ofSeconds(1), metrics);
    private final Executor executor = new Executor(client, watch, new DeletedPods(), Leadership.alone(), metrics);
    private final Topology topology;
    private final Lifeline lifeline = new Lifeline();
    private final Map<String, String> roles = new ConcurrentHashMap<>();
    private final List<String> done = new ArrayList<>();
    private volatile String recordedMaster = "";
    private volatile String switchover = "";
    private @Nullable Thread loop;
    private volatile boolean stopped;

    ProcessOperator(PodProcesses pods) {
        this.pods = pods;
        watch.setEventHandler(_ -> {});
        this.topology = Objects.requireNonNull(Topology.of(pods.cache(), pods.desired()));
    }

    /** One that goes on where this one died: it knows what an API server keeps, and nothing else. */
    ProcessOperator successor() {
        ProcessOperator next = new ProcessOperator(pods);
        next.roles.putAll(roles);
        next.recordedMaster = recordedMaster;
        next.switchover = switchover;
        return next;
    }

    /** Acts in the background until it is closed, as often as it can. */
    ProcessOperator start() {
        stopped = false;
        loop = Thread.ofPlatform().name("operator").start(() -> {
            while (!stopped) {
                step();
                pause();
            }
        });
        return this;
    }

    /** Stops acting, as an operator whose process is gone. */
    void stop() {
        stopped = true;
        Thread running = loop;
        if (running != null) {
            try {
                running.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        loop = null;
    }

    /** Asks for another master, as the annotation does. */
    void ask(String wish) {
        switchover = wish;
    }

    /** Sets parameters of a running Redis. */
    void set(PodProcess pod, Map<String, String> values) {
        act(new Action.SetConfig(new Action.PodRef(pod.name(), pod.name()), values, Map.of()));
    }

    /** What is asked for and not answered yet; empty if nothing is. */
    String asked() {
        return switchover;
    }

    /** Its connections to the pods. */
    Lifeline lifeline() {
        return lifeline;
    }

    /** Observes, plans, and does one thing. */
    synchronized Plan step() {
        Observation now = observe();
        Plan plan = plan(now);
        switch (plan.action()) {
            case Action.None _ -> {}
            case Action.LabelRole label -> {
                roles.put(label.pod().name(), label.role());
                recordedMaster = label.role().equals("master") ? label.pod().name() : recordedMaster;
                done.add(label.pod() + " is labelled " + label.role());
            }
            case Action.AnswerSwitchover answer -> {
                switchover = "";
                done.add(answer.answer());
            }
            case Action.SwitchMaster change -> {
                switchover = change.wish();
                var unasked = new Action.SwitchMaster(
                        change.from(),
                        change.replicas(),
                        change.others(),
                        change.sentinels(),
                        change.needed(),
                        change.masterName(),
                        change.reason(),
                        "",
                        "");
                act(unasked);
                if (!lifeline.isBroken()) {
                    switchover = "";
                }
            }
            default -> act(plan.action());
        }
        return plan;
    }

    /** Does this, whatever the plan is. */
    Outcome act(Action action) {
        Outcome outcome = executor.execute("ns", "reports", action);
        done.add(outcome.toString());
        return outcome;
    }

    Plan plan(Observation now) {
        return Planner.next(
                new Wanted("", Map.of(), Map.of(), Map.of(), List.of(), Resources.NONE, "", topology, switchover), now);
    }

    /** What is true now. */
    Observation observe() {
        List<PodView> redis = pods.redises().stream().map(this::view).toList();
        List<PodView> sentinels = pods.sentinels().stream().map(this::view).toList();
        watch.track(RESOURCE, targets());
        Map<String, RedisAnswer> answers = new HashMap<>();
        for (PodView pod : redis) {
            answers.put(pod.uid(), watch.lastAnswer(pod.uid()));
        }
        for (PodView pod : sentinels) {
            answers.put(pod.uid(), watch.lastAnswer(pod.uid()));
        }
        return new Observation(
                new WorkloadView("reports-redis", redis.size(), redis.size(), redis.size(), true, "", ""),
                redis,
                answers,
                Set.of(),
                null,
                List.of(),
                true,
                new WorkloadView(
                        "reports-sentinel",
                        sentinels.size(),
                        sentinels.size(),
                        sentinels.size(),
                        true,
                        "",
                        topology.sentinelRestartHash()),
                sentinels,
                pods.addresses(),
                recordedMaster);
    }

    /** What was done so far, one line each. */
    List<String> done() {
        return List.copyOf(done);
    }

    Map<String, String> roles() {
        return Map.copyOf(roles);
    }

    @Override
    public void close() {
        stop();
        lifeline.close();
        watch.close();
        metrics.close();
        client.close();
    }

    private List<RedisTarget> targets() {
        List<RedisTarget> targets = new ArrayList<>();
        for (String name : pods.redises()) {
            targets.add(target(pods.pod(name), ""));
        }
        for (String name : pods.sentinels()) {
            targets.add(target(pods.pod(name), "ns-reports"));
        }
        return targets;
    }

    private RedisTarget target(PodProcess pod, String masterName) {
        return new RedisTarget(
                pod.name(),
                pod.name(),
                "127.0.0.1",
                lifeline.portTo(pod),
                AclFile.OPERATOR,
                pods.credentials().operator(),
                masterName);
    }

    private PodView view(String name) {
        boolean running = pods.pod(name).isRunning();
        String hash = pods.pod(name).isSentinel() ? topology.sentinelRestartHash() : "";
        return new PodView(
                name,
                name,
                pods.pod(name).address(),
                true,
                running,
                running,
                false,
                "",
                hash,
                roles.getOrDefault(name, ""),
                "",
                Resources.NONE,
                Resources.NONE,
                "");
    }

    private static void pause() {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
