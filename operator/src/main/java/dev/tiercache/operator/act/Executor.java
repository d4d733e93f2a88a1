package dev.tiercache.operator.act;

import dev.tiercache.operator.crd.CacheDeployment;
import dev.tiercache.operator.desired.Names;
import dev.tiercache.operator.leader.Leadership;
import dev.tiercache.operator.metrics.OperatorMetrics;
import dev.tiercache.operator.observe.DeletedPods;
import dev.tiercache.operator.observe.RedisConnections.RedisFailure;
import dev.tiercache.operator.observe.RedisUser;
import dev.tiercache.operator.observe.RedisWatch;
import dev.tiercache.operator.plan.Action;
import dev.tiercache.operator.plan.Action.PodRef;
import dev.tiercache.operator.plan.Wanted;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out one action, right after it has made sure that this process still leads and the pod is still the one. */
public final class Executor {
    private static final Logger LOG = LoggerFactory.getLogger(Executor.class);
    /** For one answer of Redis: an action runs on a reconcile thread, which must never wait long. */
    private static final Duration DEADLINE = Duration.ofMillis(1_500);

    /** The answer to a JSON patch whose test does not hold. */
    private static final int HTTP_UNPROCESSABLE = 422;

    private final KubernetesClient client;
    private final RedisWatch redis;
    private final DeletedPods deleted;
    private final Leadership leadership;
    private final OperatorMetrics metrics;
    private final TopologyChanges topology;
    private final SwitchBackoff backoff = new SwitchBackoff(System::nanoTime);

    public Executor(
            KubernetesClient client,
            RedisWatch redis,
            DeletedPods deleted,
            Leadership leadership,
            OperatorMetrics metrics) {
        this.client = client;
        this.redis = redis;
        this.deleted = deleted;
        this.leadership = leadership;
        this.metrics = metrics;
        this.topology = new TopologyChanges(redis, DEADLINE);
    }

    /**
     * Carries out an action.
     *
     * @param namespace namespace of the resource and of the pod that it names
     * @param name name of the resource
     */
    public Outcome execute(String namespace, String name, Action action) {
        if (action instanceof Action.None) {
            return new Outcome.Nothing();
        }
        leadership.require();
        Outcome outcome = attempt(namespace, name, action);
        String what = action.getClass().getSimpleName();
        metrics.acted(what, outcome.getClass().getSimpleName());
        LOG.atInfo()
                .addKeyValue("namespace", namespace)
                .addKeyValue("name", name)
                .addKeyValue("action", what)
                .addKeyValue("outcome", outcome)
                .log("acted");
        return outcome;
    }

    private Outcome attempt(String namespace, String name, Action action) {
        var pods = new PodChanges(client, namespace);
        try {
            return switch (action) {
                case Action.None _ -> new Outcome.Nothing();
                case Action.SetConfig set -> setConfig(set);
                case Action.SetUsers set -> setUsers(set);
                case Action.ResizePod resize -> {
                    pods.resize(resize.pod(), resize.resources());
                    yield new Outcome.Done("resizing " + resize.pod());
                }
                case Action.RestartPod restart -> {
                    pods.delete(restart.pod());
                    deleted.add(namespace, restart.pod().name(), restart.pod().uid());
                    yield new Outcome.Done("restarting " + restart.pod() + ": " + restart.reason());
                }
                case Action.LabelRole label -> {
                    pods.label(label.pod(), label.role());
                    yield new Outcome.Done(label.pod() + " is labelled " + label.role());
                }
                case Action.RefreshFiles refresh -> {
                    pods.touch(refresh.pod(), refresh.hash());
                    yield new Outcome.Done(refresh.pod() + " reads its files again");
                }
                case Action.Promote promote -> topology.promote(promote);
                case Action.Follow follow -> topology.follow(follow);
                case Action.Monitor monitor -> topology.monitor(monitor);
                case Action.TuneSentinels tune -> topology.tune(tune);
                case Action.RetryFailover retry -> topology.retry(retry);
                case Action.ForgetPods forget -> topology.forget(forget);
                case Action.SwitchMaster change ->
                    change.isAsked() ? switchAsked(namespace, name, change) : switchMaster(namespace, name, change);
                case Action.AnswerSwitchover answer ->
                    rewrite(namespace, name, answer.asked(), null)
                            ? new Outcome.Done(answer.answer())
                            : new Outcome.Nothing();
            };
        } catch (KubernetesClientException failure) {
            return switch (failure.getCode()) {
                case HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_CONFLICT ->
                    new Outcome.Stale("the pod is another one by now");
                default -> new Outcome.Failed(oneLine(failure));
            };
        } catch (RedisFailure failure) {
            return new Outcome.Failed(oneLine(failure));
        } catch (TimeoutException late) {
            return new Outcome.Failed("no answer within " + DEADLINE.toMillis() + " ms");
        } catch (ExecutionException failure) {
            return new Outcome.Failed(oneLine(failure.getCause() == null ? failure : failure.getCause()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new Outcome.Stale("interrupted");
        }
    }

    private Outcome switchAsked(String namespace, String name, Action.SwitchMaster change)
            throws RedisFailure, TimeoutException, ExecutionException, InterruptedException {
        if (!rewrite(namespace, name, change.asked(), change.wish())) {
            return new Outcome.Nothing();
        }
        try {
            return topology.change(change);
        } finally {
            // Whatever became of it, it is not tried again by itself; a process that was stopped leaves that to the
            // next.
            if (leadership.mayWrite()) {
                rewrite(namespace, name, change.wish(), null);
            }
        }
    }

    private Outcome switchMaster(String namespace, String name, Action.SwitchMaster change)
            throws RedisFailure, TimeoutException, ExecutionException, InterruptedException {
        String resource = namespace + "/" + name;
        Duration left = backoff.left(resource);
        if (left.isPositive()) {
            return new Outcome.Stale("the last switch failed: the next is tried in " + left.toSeconds() + " s");
        }
        // Also where it ends by an exception.
        backoff.failed(resource);
        Outcome outcome = topology.change(change);
        if (!(outcome instanceof Outcome.Failed)) {
            backoff.succeeded(resource);
        }
        return outcome;
    }

    /**
     * Puts other words in place of a wish for another master, unless there is another wish by now.
     *
     * @param words what the annotation says from now on, or null to clear it
     * @return whether the annotation still said what is replaced; nothing is written otherwise
     */
    private boolean rewrite(String namespace, String name, String wish, @Nullable String words) {
        var resource =
                client.resources(CacheDeployment.class).inNamespace(namespace).withName(name);
        CacheDeployment now = resource.get();
        if (now == null || !Wanted.switchover(now).equals(wish)) {
            return false;
        }
        String path = "/metadata/annotations/" + Names.ANNOTATION_SWITCHOVER.replace("/", "~1");
        String read = now.getMetadata().getAnnotations().get(Names.ANNOTATION_SWITCHOVER);
        var test = Map.of("op", "test", "path", path, "value", read);
        var change = words == null
                ? Map.of("op", "remove", "path", path)
                : Map.of("op", "replace", "path", path, "value", words);
        try {
            resource.patch(PatchContext.of(PatchType.JSON), Serialization.asJson(List.of(test, change)));
            return true;
        } catch (KubernetesClientException failure) {
            if (failure.getCode() == HTTP_UNPROCESSABLE) {
                return false;
            }
            throw failure;
        }
    }

    private Outcome setConfig(Action.SetConfig set)
            throws RedisFailure, TimeoutException, ExecutionException, InterruptedException {
        var commands = commands(set.pod());
        var rejected = commands.setConfig(set.values());
        commands.setConfig(set.defaults())
                .forEach((key, said) ->
                        redis.remember(set.pod().uid(), key, set.defaults().getOrDefault(key, "")));
        redis.refresh(set.pod().uid());
        if (!rejected.isEmpty()) {
            return new Outcome.ConfigRejected(rejected);
        }
        var keys = new TreeSet<>(set.values().keySet());
        keys.addAll(set.defaults().keySet());
        return new Outcome.Done("set " + String.join(", ", keys) + " on " + set.pod());
    }

    private Outcome setUsers(Action.SetUsers set)
            throws RedisFailure, TimeoutException, ExecutionException, InterruptedException {
        var commands = commands(set.pod());
        for (RedisUser user : set.users()) {
            commands.setUser(user, set.keepPasswords());
        }
        redis.rememberSpelling(set.pod().uid(), set.users());
        redis.refresh(set.pod().uid());
        String names =
                String.join(", ", set.users().stream().map(RedisUser::name).toList());
        return new Outcome.Done((set.keepPasswords() ? "updated users " : "ended previous passwords of users ") + names
                + " on " + set.pod());
    }

    private RedisCommands commands(PodRef pod) throws RedisFailure {
        var target = redis.target(pod.uid());
        if (target == null) {
            throw new RedisFailure(false, pod + " is gone");
        }
        return new RedisCommands(redis.connections().to(target, DEADLINE), DEADLINE);
    }

    private static String oneLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).replaceAll("\\s+", " ").strip();
    }
}
