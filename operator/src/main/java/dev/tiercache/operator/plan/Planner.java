package dev.tiercache.operator.plan;

import dev.tiercache.operator.desired.Names;
import dev.tiercache.operator.observe.Observation;
import dev.tiercache.operator.observe.PodView;
import dev.tiercache.operator.observe.RedisAnswer;
import dev.tiercache.operator.observe.WorkloadView;
import dev.tiercache.operator.plan.Action.PodRef;

/**
 * Decides what to do next, one thing at a time, in this order:
 *
 * <pre>
 * 1. A user of Redis lacks a password or a right  -> add it; what is accepted now stays accepted.
 * 2. An API pod has old files                     -> make its kubelet read them again.
 * 3. The role label is wrong                      -> write it.
 * 4. A user accepts a password that it shall not  -> take it away.
 * 5. A parameter differs                          -> set it. Memory is raised limit first, then maxmemory, and lowered
 *                                                    the other way round, maxmemory in steps: a Redis never has less
 *                                                    memory than it may fill, and never evicts much at once.
 * 6. The Redis pod was made from another template -> restart it, once that costs no data. Last, for what the running
 *                                                    server can take makes the restart safe: a Redis that shall read
 *                                                    an append-only file must have written it before.
 * 7. The container has other CPU or memory        -> resize it in place, or restart the pod where that cannot be.
 * </pre>
 *
 * Nothing here knows the time or asks anybody: the same input gives the same plan.
 */
public final class Planner {
    private Planner() {}

    /** The next action, with what waits and why. */
    public static Plan next(Wanted wanted, Observation now) {
        if (wanted.topology() != null) {
            return SentinelPlanner.next(wanted, wanted.topology(), now);
        }
        var differences = Differences.between(wanted, now);
        PodView pod = now.redisPod();
        if (!wanted.switchover().isEmpty()) {
            var answer = new Action.AnswerSwitchover(
                    wanted.switchover(), "refused: there is one Redis only (spec.mode is Standalone)");
            return new Plan(answer, "", pod == null ? "" : pod.name(), differences);
        }
        String name = pod == null ? "" : pod.name();
        Step redis = redis(wanted, now, differences);
        if (redis.action() instanceof Action.SetUsers users && users.keepPasswords()) {
            // First Redis accepts a new password, then the API reads it.
            return new Plan(users, redis.held(), name, differences);
        }
        // For all else of Redis the API does not wait: some of it may fail for ever.
        Action api = PodPlanner.api(wanted, now);
        return new Plan(api instanceof Action.None ? redis.action() : api, redis.held(), name, differences);
    }

    private static Step redis(Wanted wanted, Observation now, Differences differences) {
        PodView pod = now.redisPod();
        WorkloadView set = now.redisSet();
        if (pod == null || set == null) {
            return Step.hold("there is no Redis pod yet");
        }
        if (pod.terminating()) {
            return Step.hold(pod.name() + " is being replaced");
        }
        if (!(now.redis() instanceof RedisAnswer.Answering redis)) {
            if (differences.restart()) {
                return restart(wanted, set, pod, now.redis(), PodPlanner.TEMPLATE_CHANGED);
            }
            if (differences.resources() && !pod.scheduled()) {
                return restart(wanted, set, pod, now.redis(), "it has no node yet and other resources are wanted");
            }
            return Step.hold(differences.resources() ? pod.name() + " does not answer: its resources wait" : "");
        }
        if (!differences.missing().isEmpty()) {
            return Step.act(new Action.SetUsers(PodRef.of(pod), differences.missing(), true));
        }
        if (!redis.loading() && !pod.role().equals(label(redis.role()))) {
            return Step.act(new Action.LabelRole(PodRef.of(pod), label(redis.role())));
        }
        Step step = PodPlanner.next(wanted, now, pod, redis, differences);
        return step.restart().isEmpty() ? step : restart(wanted, set, pod, redis, step.restart());
    }

    /** A restart waits for the new template and for the data to be safe; a pod that serves nobody has none to lose. */
    private static Step restart(Wanted wanted, WorkloadView set, PodView pod, RedisAnswer answer, String reason) {
        if (!set.templateHash().equals(wanted.restartHash()) || !set.rolledOut()) {
            return Step.hold(pod.name() + " is restarted as soon as " + set.name() + " has its new template");
        }
        String unsafe = unsafe(pod, answer);
        return unsafe.isEmpty()
                ? Step.act(new Action.RestartPod(PodRef.of(pod), reason))
                : Step.hold(pod.name() + " is not restarted " + unsafe);
    }

    /** Why a restart might cost data, or an empty text. What is not known is not safe. */
    private static String unsafe(PodView pod, RedisAnswer answer) {
        return switch (answer) {
            case RedisAnswer.NotAsked _ -> pod.running() ? "before it has been asked whether its data are safe" : "";
            case RedisAnswer.Unreachable it ->
                pod.ready() ? "while it does not tell whether its data are safe (" + it.reason() + ")" : "";
            case RedisAnswer.Refused it ->
                pod.ready() ? "while it does not tell whether its data are safe (" + it.reason() + ")" : "";
            case RedisAnswer.Watching _ -> "";
            case RedisAnswer.Answering redis -> {
                if (!redis.persistenceFailure().isEmpty()) {
                    yield "while its data cannot be saved (" + redis.persistenceFailure()
                            + "): free or enlarge its volume";
                }
                yield redis.rewriting() ? "while it writes its append-only file" : "";
            }
        };
    }

    private static String label(String role) {
        return role.equals("slave") ? Names.ROLE_REPLICA : role;
    }
}
