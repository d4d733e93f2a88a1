package dev.tiercache.operator.status;

import dev.tiercache.operator.act.Outcome;
import dev.tiercache.operator.crd.CacheDeploymentSpec;
import dev.tiercache.operator.crd.CacheSpec;
import dev.tiercache.operator.observe.Observation;
import dev.tiercache.operator.observe.PodView;
import dev.tiercache.operator.observe.RedisAnswer;
import dev.tiercache.operator.observe.WorkloadView;
import dev.tiercache.operator.plan.Action;
import dev.tiercache.operator.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What each condition says of a situation; pure, one method a condition. */
final class Verdicts {
    private static final List<String> SPEAKING = List.of(
            "Unschedulable", "ErrImagePull", "CrashLoopBackOff", "InvalidImageName", "CreateContainerConfigError");

    private Verdicts() {}

    /** Redis takes writes. */
    static Verdict redis(Observation now) {
        PodView pod = now.redisPod();
        if (pod == null) {
            return Verdict.no("NoMaster", "there is no Redis pod yet");
        }
        if (now.redis() instanceof RedisAnswer.Answering redis && redis.loading() && !pod.terminating()) {
            return Verdict.no("Loading", pod.name() + " is loading its data");
        }
        if (!pod.ready() && (pod.terminating() || !(now.redis() instanceof RedisAnswer.Answering))) {
            return Verdict.no(reasonOf(pod), pod.name() + " " + asClause(pod.trouble()));
        }
        return switch (now.redis()) {
            case RedisAnswer.Watching _ -> Verdict.unknown("NotAsked", pod.name() + " answered as a Sentinel");
            case RedisAnswer.NotAsked _ -> Verdict.unknown("NotAsked", pod.name() + " has not been asked yet");
            case RedisAnswer.Unreachable it ->
                Verdict.no("Unreachable", pod.name() + " does not answer: " + it.reason());
            case RedisAnswer.Refused it ->
                Verdict.no("OperatorRefused", pod.name() + " does not accept the operator: " + it.reason());
            case RedisAnswer.Answering redis -> {
                if (!redis.serving()) {
                    yield Verdict.no("NoMaster", pod.name() + " is a replica: REPLICAOF was set on it by hand");
                }
                yield pod.ready()
                        ? Verdict.yes("Serving", pod.name() + " is the master and takes writes")
                        : Verdict.no(reasonOf(pod), pod.name() + " " + asClause(pod.trouble()));
            }
        };
    }

    /**
     * The API answers. A start ends when all pods are ready; from then on, pods that are missing beside others that
     * answer are a matter of Degraded.
     *
     * @param before whether the API was ready until now
     */
    static Verdict api(Observation now, boolean before) {
        WorkloadView api = now.api();
        if (api == null) {
            return Verdict.no("NotCreated", "there is no API Deployment yet");
        }
        if (api.serves() && (before || api.ready() >= api.wanted())) {
            return Verdict.yes("Available", api.ready() + " of " + api.wanted() + " API pods are ready");
        }
        return missing(api, now.apiPods());
    }

    /** Why not all pods of the API are ready. */
    private static Verdict missing(WorkloadView api, List<PodView> pods) {
        Verdict stuck = stuck(api, pods);
        if (stuck != null) {
            return stuck;
        }
        String waiting = pods.stream()
                .filter(pod -> !pod.ready() && !pod.terminating())
                .findFirst()
                .map(pod -> ": " + pod.name() + " " + asClause(pod.trouble()))
                .orElse("");
        return Verdict.no("PodsNotReady", api.ready() + " of " + api.wanted() + " API pods are ready" + waiting);
    }

    /** What keeps a pod of the API away that does not come by waiting, or null; the others may serve meanwhile. */
    private static @Nullable Verdict stuck(@Nullable WorkloadView api, List<PodView> pods) {
        for (PodView pod : pods) {
            if (SPEAKING.contains(reasonOf(pod))) {
                return Verdict.no(reasonOf(pod), pod.name() + " " + asClause(pod.trouble()));
            }
        }
        return api == null || api.trouble().isEmpty()
                ? null
                : Verdict.no("PodsRefused", api.name() + ": " + api.trouble());
    }

    /** CONFIG GET equals the spec, and nothing waits for a restart or a resize. */
    static Verdict config(Situation situation) {
        Plan plan = situation.plan();
        if (plan == null || plan.pod().isEmpty()) {
            return Verdict.unknown("RedisUnknown", "there is no Redis to ask yet");
        }
        var rejected = new TreeMap<>(situation.unusable());
        if (situation.outcome() instanceof Outcome.ConfigRejected(var said)) {
            rejected.putAll(said);
        }
        if (!rejected.isEmpty()) {
            var parts = new ArrayList<String>();
            rejected.forEach((key, why) -> parts.add(key + " (" + why + ")"));
            return Verdict.no(
                    "Rejected", plan.pod() + " rejects " + String.join(", ", parts) + ": correct spec.redis.config");
        }
        var differences = plan.differences();
        String held = plan.held().isEmpty() ? "" : ": " + plan.held();
        if (differences.restart()) {
            return Verdict.no("RestartRequired", plan.pod() + " has to be restarted" + held);
        }
        if (!differences.known()) {
            return Verdict.unknown("RedisUnreachable", plan.pod() + " cannot be asked for its configuration");
        }
        if (!differences.config().isEmpty()) {
            String keys = String.join(", ", new TreeMap<>(differences.config()).keySet());
            return Verdict.no("Applying", plan.pod() + " is given " + keys + failure(situation) + held);
        }
        if (differences.resources()) {
            return Verdict.no(
                    "ResizePending", plan.pod() + " is given other CPU or memory" + failure(situation) + held);
        }
        if (!situation.volumeProblem().isEmpty()) {
            return Verdict.no("VolumeNotResized", situation.volumeProblem());
        }
        return Verdict.yes("Applied", "the running configuration of " + plan.pod() + " equals the spec");
    }

    /** Every consumer uses the present password. */
    static Verdict credentials(Situation situation) {
        var problem = situation.credentials();
        if (problem != null) {
            return Verdict.no(problem.reason(), problem.message());
        }
        Plan plan = situation.plan();
        if (plan == null || plan.pod().isEmpty()) {
            return Verdict.unknown("RedisUnknown", "there is no Redis to ask yet");
        }
        for (PodView pod : situation.now().redisPods()) {
            if (situation.now().answer(pod) instanceof RedisAnswer.Refused it) {
                return Verdict.no(
                        "OperatorRefused",
                        pod.name() + " does not accept the operator: " + it.reason()
                                + "; deleting the pod makes it read its users anew");
            }
        }
        var differences = plan.differences();
        if (!differences.known()) {
            return Verdict.unknown("RedisUnreachable", plan.pod() + " cannot be asked for its users");
        }
        if (!differences.missing().isEmpty()) {
            return Verdict.no("UpdatingUsers", plan.pod() + " is given its users" + failure(situation));
        }
        if (!differences.surplus().isEmpty() || situation.rotating()) {
            return Verdict.no(
                    "RotatingPassword",
                    plan.pod() + " accepts the previous password too until its clients have read the new one");
        }
        return Verdict.yes("InSync", plan.pod() + " accepts the present credentials and no others");
    }

    /** Something is under way. */
    static Verdict progressing(Situation situation, boolean suspended, boolean apiManaged) {
        if (suspended) {
            return Verdict.no("Suspended", "spec.suspend is true: nothing is under way");
        }
        Plan plan = situation.plan();
        Observation now = situation.now();
        if (plan == null) {
            return Verdict.no("Blocked", "nothing can be done before the credentials are there");
        }
        if (now.redisPods().isEmpty()) {
            return Verdict.yes("Creating", "the Redis pod is being created");
        }
        Verdict acting = acting(plan.action());
        if (acting != null) {
            return acting;
        }
        if (!plan.held().isEmpty()) {
            return Verdict.yes("Waiting", plan.held());
        }
        if (situation.rotating()) {
            return Verdict.yes("RotatingPassword", plan.pod() + " still accepts the previous password");
        }
        for (PodView pod : now.redisPods()) {
            if (!pod.ready() || pod.terminating()) {
                return Verdict.yes("StartingRedis", pod.name() + " " + asClause(pod.trouble()));
            }
        }
        WorkloadView api = now.api();
        if (apiManaged && (api == null || !api.rolledOut())) {
            Verdict stuck = stuck(api, now.apiPods());
            return Verdict.yes(
                    "RollingApi",
                    "the API pods are being rolled out" + (stuck == null ? "" : ", but " + stuck.message()));
        }
        return Verdict.no("Settled", "nothing is under way");
    }

    /** What an action that is about to be carried out makes of it, or null where it is no news. */
    private static @Nullable Verdict acting(Action action) {
        return switch (action) {
            case Action.SetConfig set -> Verdict.yes("ApplyingConfig", set.pod() + " is given its configuration");
            case Action.SetUsers set -> Verdict.yes("UpdatingCredentials", set.pod() + " is given its users");
            case Action.ResizePod resize -> Verdict.yes("Resizing", resize.pod() + " is given other CPU or memory");
            case Action.RestartPod restart ->
                Verdict.yes("RestartingRedis", restart.pod() + " is restarted: " + restart.reason());
            case Action.Promote promote ->
                Verdict.yes("ElectingMaster", promote.pod() + " is made master: " + promote.reason());
            case Action.Monitor monitor ->
                Verdict.yes("ElectingMaster", "the Sentinels are told of " + monitor.master());
            case Action.Follow follow ->
                Verdict.yes("AttachingReplicas", "replicas are attached to " + follow.master());
            case Action.SwitchMaster change ->
                Verdict.yes("SwitchingMaster", change.from() + " is replaced as master: " + change.reason());
            case Action.RetryFailover _ ->
                Verdict.yes("ElectingMaster", "the Sentinels are told to replace the master once more");
            case Action.None _,
                    Action.LabelRole _,
                    Action.RefreshFiles _,
                    Action.TuneSentinels _,
                    Action.ForgetPods _,
                    Action.AnswerSwitchover _ -> null;
        };
    }

    /** It serves, but not as specified. */
    static Verdict degraded(
            Situation situation, CacheDeploymentSpec spec, boolean apiManaged, Verdict redis, Verdict api) {
        Observation now = situation.now();
        if (apiManaged && api.isTrue() && !redis.isTrue()) {
            return spec.cache().degradation() == CacheSpec.Degradation.FAIL
                    ? Verdict.yes("RedisDown", "the API serves what is in L1 only: " + redis.message())
                    : Verdict.yes("L1Only", "the API serves from L1 and computes the rest: " + redis.message());
        }
        for (PodView pod : now.redisPods()) {
            var answer = now.answering(pod);
            if (answer != null && !answer.persistenceFailure().isEmpty()) {
                return Verdict.yes(
                        "PersistenceFailing",
                        pod.name() + " cannot save its data: " + answer.persistenceFailure()
                                + "; look at its log and the space on its volume");
            }
        }
        if (spec.isSentinel()) {
            Verdict replication = SentinelVerdicts.degraded(now, spec);
            if (replication != null) {
                return replication;
            }
        }
        WorkloadView workload = now.api();
        if (apiManaged && workload != null && api.isTrue()) {
            Verdict stuck = stuck(workload, now.apiPods());
            if (stuck != null) {
                return Verdict.yes("RolloutStuck", stuck.message() + "; the other API pods go on serving");
            }
            if (workload.ready() < workload.wanted()) {
                return Verdict.yes(
                        "ReplicaMissing", missing(workload, now.apiPods()).message());
            }
        }
        return Verdict.no("AsSpecified", "nothing is degraded");
    }

    private static String failure(Situation situation) {
        return situation.outcome() instanceof Outcome.Failed(String reason) ? " (failed: " + reason + ")" : "";
    }

    static String reasonOf(PodView pod) {
        String first = pod.trouble().split(":", 2)[0];
        return SPEAKING.contains(first) ? first : "PodNotReady";
    }

    /** {@code ErrImagePull: text} reads on as {@code is in ErrImagePull: text}; a clause is left alone. */
    static String asClause(@Nullable String trouble) {
        if (trouble == null || trouble.isEmpty()) {
            return "is not ready yet";
        }
        return trouble.startsWith("is ") ? trouble : "is in trouble: " + trouble;
    }
}
