package dev.tiercache.operator.reconcile;

import dev.tiercache.operator.Settings;
import dev.tiercache.operator.act.Executor;
import dev.tiercache.operator.act.Outcome;
import dev.tiercache.operator.crd.CacheDeployment;
import dev.tiercache.operator.crd.CacheDeploymentStatus;
import dev.tiercache.operator.desired.Credentials;
import dev.tiercache.operator.desired.Desired;
import dev.tiercache.operator.desired.ImageDefaults;
import dev.tiercache.operator.desired.Inputs;
import dev.tiercache.operator.desired.Names;
import dev.tiercache.operator.leader.Leadership;
import dev.tiercache.operator.metrics.OperatorMetrics;
import dev.tiercache.operator.observe.Caches;
import dev.tiercache.operator.observe.DeletedPods;
import dev.tiercache.operator.observe.Observation;
import dev.tiercache.operator.observe.Observer;
import dev.tiercache.operator.observe.RedisWatch;
import dev.tiercache.operator.observe.UserSecrets;
import dev.tiercache.operator.plan.Action;
import dev.tiercache.operator.plan.Plan;
import dev.tiercache.operator.plan.Planner;
import dev.tiercache.operator.plan.Scale;
import dev.tiercache.operator.status.EventRecorder;
import dev.tiercache.operator.status.Situation;
import dev.tiercache.operator.status.StatusAssembler;
import dev.tiercache.operator.status.Transitions;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The story of one reconciliation, from what is true to what is written down:
 *
 * <pre>
 * 1. What is true now: caches, and what Redis answered last. Nothing is waited for.
 * 2. The passwords: found, or generated once.
 * 3. What should be: pure.
 * 4. Objects that differ are applied, objects that are no longer wanted go.
 * 5. At most one thing to do to Redis or to a pod, and why: pure.
 * 6. It is done, after a look whether the world is still the same.
 * 7. The status, if it is another one, and an event for each transition that a person cares about.
 * </pre>
 *
 * A suspended resource takes the same way, but nothing is written and nothing is done except the status.
 */
public final class CacheDeploymentReconciler implements Reconciler<CacheDeployment> {
    private static final Logger LOG = LoggerFactory.getLogger(CacheDeploymentReconciler.class);
    /** Between two actions that follow one another. */
    private static final Duration NEXT_STEP = Duration.ofMillis(200);
    /** While something is under way that might not tell when it is done. */
    private static final Duration SOON = Duration.ofSeconds(5);
    /** While the user has to put something right that no informer sees. */
    private static final Duration LATER = Duration.ofSeconds(30);
    /** A failure is told from this retry on, some seven seconds after the first one. */
    private static final int RETRIES_IN_SILENCE = 3;

    private final Settings settings;
    private final ImageDefaults images;
    private final Leadership leadership;
    private final OperatorMetrics metrics;
    private final RedisWatch redis;
    private final boolean inPlaceResize;
    private final Clock clock;

    /** Made when the SDK hands over the event sources, before the first reconciliation. */
    private @Nullable Collaborators parts;

    private record Collaborators(
            Observer observer,
            CredentialsReader credentials,
            Applier applier,
            AddressReader addresses,
            WantedReader wanted,
            Executor executor,
            StatusWriter status,
            EventRecorder events) {}

    /** @param inPlaceResize whether this cluster resizes running pods */
    public CacheDeploymentReconciler(
            Settings settings,
            Leadership leadership,
            OperatorMetrics metrics,
            RedisWatch redis,
            boolean inPlaceResize,
            Clock clock) {
        this.settings = settings;
        this.images = new ImageDefaults(settings.redisImage(), settings.apiImage());
        this.leadership = leadership;
        this.metrics = metrics;
        this.redis = redis;
        this.inPlaceResize = inPlaceResize;
        this.clock = clock;
    }

    @Override
    public List<EventSource<?, CacheDeployment>> prepareEventSources(EventSourceContext<CacheDeployment> context) {
        var client = context.getClient();
        var caches = new Caches(context);
        var secrets = new UserSecrets(context, settings.watchNamespaces());
        var credentials = new CredentialsReader(client, caches, secrets, clock);
        var deleted = new DeletedPods();
        parts = new Collaborators(
                new Observer(caches, redis, deleted, inPlaceResize),
                credentials,
                new Applier(client, caches, leadership),
                new AddressReader(caches),
                new WantedReader(caches),
                new Executor(client, redis, deleted, leadership, metrics),
                new StatusWriter(leadership),
                new EventRecorder(client, leadership, settings.podName(), clock));
        var sources = new ArrayList<>(caches.eventSources());
        sources.addAll(secrets.eventSources());
        sources.add(redis);
        sources.add(new Deletions(credentials::forget));
        return sources;
    }

    @Override
    public UpdateControl<CacheDeployment> reconcile(CacheDeployment cache, Context<CacheDeployment> context) {
        long start = System.nanoTime();
        if (cache.getMetadata().getDeletionTimestamp() != null) {
            // Owner references and the garbage collector do the rest: no finalizer.
            return UpdateControl.noUpdate();
        }
        var control = UpdateControl.<CacheDeployment>noUpdate();
        try {
            reconcileOnce(cache, context).ifPresent(control::rescheduleAfter);
        } catch (Leadership.NotLeadingException lost) {
            // The process ends; nothing failed.
            throw lost;
        } catch (RuntimeException failure) {
            metrics.reconciled("error", Duration.ofNanos(System.nanoTime() - start));
            throw failure;
        }
        metrics.reconciled("ok", Duration.ofNanos(System.nanoTime() - start));
        return control;
    }

    private Optional<Duration> reconcileOnce(CacheDeployment cache, Context<CacheDeployment> context) {
        var with = parts();
        boolean suspended = cache.getSpec().suspend();
        var now = with.observer().observe(cache);
        var found = with.credentials().read(cache, now);
        if (found.credentials() == null) {
            var blocked = new Situation(
                    now,
                    null,
                    new Outcome.Nothing(),
                    List.of(),
                    List.of(),
                    "",
                    Map.of(),
                    found.problem(),
                    false,
                    false,
                    List.of());
            write(cache, context, blocked, new Action.None());
            return Optional.of(LATER);
        }
        with.observer().watchRedis(cache, now, found.credentials().operator());
        var desired = desired(cache, now, found.credentials());
        var applied = with.applier().apply(cache, desired, context, suspended);
        if (!desired.complete() && applied.refused().isEmpty() && !suspended) {
            // The Services have addresses by now, from which the rest is made.
            desired = desired(cache, now, found.credentials());
            applied = applied.then(with.applier().apply(cache, desired, context, suspended));
        }
        if (!applied.changed().isEmpty()) {
            // What was just written is not rolled out yet: the status must not speak of the state before.
            now = with.observer().observe(cache);
        }
        var wanted = with.wanted().read(cache, desired);
        var plan = Planner.next(wanted, now);
        var action = plan.action();
        var outcome = suspended
                ? new Outcome.Nothing()
                : with.executor()
                        .execute(
                                cache.getMetadata().getNamespace(),
                                cache.getMetadata().getName(),
                                action);
        if (outcome instanceof Outcome.Done) {
            // Redis was asked again after the change: the status tells what is, not what was.
            now = with.observer().observe(cache);
            plan = Planner.next(wanted, now);
        }
        boolean rotating = found.credentials().rotating();
        var situation = new Situation(
                now,
                plan,
                outcome,
                applied.refused(),
                applied.foreign(),
                applied.volumeProblem(),
                desired.redisConfig().rejected(),
                found.problem(),
                rotating,
                action instanceof Action.SwitchMaster && outcome instanceof Outcome.Done,
                suspended ? withheld(applied, plan) : List.of());
        if (!now.isIncomplete()) {
            write(cache, context, situation, action);
        }
        redis.pace(ResourceID.fromResource(cache), plan.settled() && !rotating);
        return again(applied, plan, outcome, rotating, suspended);
    }

    private Desired desired(CacheDeployment cache, Observation now, Credentials credentials) {
        var spec = cache.getSpec();
        if (!spec.isSentinel()) {
            return Desired.of(cache, new Inputs(images, credentials));
        }
        int sentinels = spec.effectiveSentinel().replicas();
        int replicas = Scale.redis(spec.redisReplicas(), sentinels, now);
        return Desired.of(
                cache,
                new Inputs(
                        images, credentials, parts().addresses().read(Names.of(cache), replicas, sentinels), replicas));
    }

    /** When to look again, beside what events tell. */
    private static Optional<Duration> again(
            ApplyReport applied, Plan plan, Outcome outcome, boolean rotating, boolean suspended) {
        if (outcome instanceof Outcome.ConfigRejected
                || !applied.refused().isEmpty()
                || !applied.foreign().isEmpty()
                || !applied.volumeProblem().isEmpty()) {
            return Optional.of(LATER);
        }
        if (outcome instanceof Outcome.Done && !(plan.action() instanceof Action.None)) {
            return Optional.of(NEXT_STEP);
        }
        if (!suspended && (!plan.settled() || rotating || applied.unfinished())) {
            return Optional.of(SOON);
        }
        return Optional.empty();
    }

    private static List<String> withheld(ApplyReport applied, Plan plan) {
        var withheld = new ArrayList<>(applied.changed());
        if (!(plan.action() instanceof Action.None)) {
            withheld.add(plan.action().getClass().getSimpleName());
        }
        return withheld;
    }

    private void write(CacheDeployment cache, Context<CacheDeployment> context, Situation situation, Action action) {
        var before = cache.getStatus() == null ? CacheDeploymentStatus.EMPTY : cache.getStatus();
        var after = StatusAssembler.assemble(cache, situation, clock.instant());
        parts().status().write(cache, after, context);
        tell(cache, Transitions.between(before.conditions(), after.conditions(), action, situation));
        tell(cache, Transitions.ofMaster(before.lastFailover(), after.lastFailover()));
    }

    @Override
    public ErrorStatusUpdateControl<CacheDeployment> updateErrorStatus(
            CacheDeployment cache, Context<CacheDeployment> context, Exception failure) {
        if (failure instanceof Leadership.NotLeadingException) {
            return ErrorStatusUpdateControl.<CacheDeployment>noStatusUpdate().withNoRetry();
        }
        String message =
                String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
        // An API server that is away is no riddle: only what is unexpected is worth a stack trace.
        var line = LOG.atWarn()
                .addKeyValue("namespace", cache.getMetadata().getNamespace())
                .addKeyValue("name", cache.getMetadata().getName());
        (failure instanceof KubernetesClientException ? line : line.setCause(failure))
                .log("not reconciled, tried again: {}", message);
        if (isLasting(context.getRetryInfo())) {
            var before = conditionsOf(cache);
            var after =
                    StatusAssembler.failed(cache, failure.getClass().getSimpleName() + ": " + message, clock.instant());
            parts().status().write(cache, after, context);
            tell(cache, Transitions.failed(before, after.conditions()));
        }
        return ErrorStatusUpdateControl.defaultErrorProcessing();
    }

    /** Whether a failure is more than a moment of the API server or the network: what passes says nothing of Redis. */
    static boolean isLasting(Optional<RetryInfo> retry) {
        return retry.map(RetryInfo::getAttemptCount).orElse(0) >= RETRIES_IN_SILENCE;
    }

    private static List<Condition> conditionsOf(CacheDeployment cache) {
        return cache.getStatus() == null ? List.of() : cache.getStatus().conditions();
    }

    private void tell(CacheDeployment cache, List<Transitions.Note> notes) {
        notes.forEach(note -> parts().events().record(cache, note));
    }

    private Collaborators parts() {
        var present = parts;
        if (present == null) {
            throw new IllegalStateException("reconciled before the event sources were prepared");
        }
        return present;
    }
}
