package dev.tiercache.operator.plan;

import dev.tiercache.operator.observe.Observation;
import dev.tiercache.operator.observe.PodView;
import dev.tiercache.operator.observe.RedisAnswer;
import dev.tiercache.operator.observe.WorkloadView;
import dev.tiercache.operator.plan.Action.PodRef;
import java.util.Map;
import java.util.TreeMap;

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
    private static final String MAX_MEMORY = "maxmemory";
    private static final String TEMPLATE_CHANGED = "its image or a setting that needs a restart changed";
    /** maxmemory goes down by an eighth at a time, so that one step evicts little (Redis evicts while it serves). */
    private static final int STEP_DIVISOR = 8;

    private static final long MIB = 1L << 20;

    private Planner() {}

    /** The next action, with what waits and why. */
    public static Plan next(Wanted wanted, Observation now) {
        var differences = Differences.between(wanted, now);
        Step redis = redis(wanted, now, differences);
        if (redis.action() instanceof Action.SetUsers users && users.keepPasswords()) {
            // First Redis accepts a new password, then the API reads it.
            return new Plan(users, redis.held(), differences);
        }
        // For all else of Redis the API does not wait: some of it may fail for ever.
        Action api = api(wanted, now);
        return new Plan(api instanceof Action.None ? redis.action() : api, redis.held(), differences);
    }

    /** One action or none, and what waits. */
    private record Step(Action action, String held) {
        static final Step NOTHING = new Step(new Action.None(), "");

        static Step hold(String why) {
            return new Step(new Action.None(), why);
        }

        static Step act(Action action) {
            return new Step(action, "");
        }
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
        var ref = new PodRef(pod.name(), pod.uid());
        if (!(now.redis() instanceof RedisAnswer.Answering redis)) {
            if (differences.restart()) {
                return restart(wanted, set, pod, now.redis(), TEMPLATE_CHANGED);
            }
            if (differences.resources() && !pod.scheduled()) {
                return restart(wanted, set, pod, now.redis(), "it has no node yet and other resources are wanted");
            }
            return Step.hold(differences.resources() ? pod.name() + " does not answer: its resources wait" : "");
        }
        if (!differences.missing().isEmpty()) {
            return Step.act(new Action.SetUsers(ref, differences.missing(), true));
        }
        if (!redis.loading() && !pod.role().equals(label(redis.role()))) {
            return Step.act(new Action.LabelRole(ref, label(redis.role())));
        }
        if (!differences.surplus().isEmpty()) {
            return Step.act(new Action.SetUsers(ref, differences.surplus(), false));
        }
        if (redis.loading() && !differences.settled()) {
            // An append-only file that is begun now would hold what is loaded so far and nothing of the rest.
            return Step.hold(pod.name() + " is changed when it has loaded its data");
        }
        Step config = config(wanted, differences, pod, redis);
        if (!(config.action() instanceof Action.None)) {
            return config;
        }
        if (differences.restart()) {
            return restart(wanted, set, pod, redis, TEMPLATE_CHANGED);
        }
        return differences.resources() ? resources(wanted, now, set, pod, redis, config.held()) : Step.NOTHING;
    }

    private static Step config(Wanted wanted, Differences differences, PodView pod, RedisAnswer.Answering redis) {
        Map<String, String> config = new TreeMap<>(differences.config());
        String limitFirst = "";
        String wantedMemory = config.get(MAX_MEMORY);
        if (wantedMemory != null) {
            long target = Long.parseLong(wantedMemory);
            long present = Long.parseLong(redis.config().getOrDefault(MAX_MEMORY, "0"));
            if (present == 0 || target > present) {
                // 0 is no limit at all: any limit is a step down, and a safe one.
                if (present != 0
                        && pod.allotted().memoryLimit() < wanted.resources().memoryLimit()) {
                    config.remove(MAX_MEMORY);
                    limitFirst = "maxmemory waits for the memory limit of " + pod.name();
                }
            } else {
                config.put(MAX_MEMORY, String.valueOf(Math.max(target, stepDown(present))));
            }
        }
        if (config.isEmpty() && differences.defaults().isEmpty()) {
            return Step.hold(limitFirst);
        }
        return new Step(
                new Action.SetConfig(new PodRef(pod.name(), pod.uid()), config, differences.defaults()), limitFirst);
    }

    private static Step resources(
            Wanted wanted, Observation now, WorkloadView set, PodView pod, RedisAnswer redis, String held) {
        boolean asked = pod.wanted().grant(wanted.resources());
        if (asked && !pod.resize().isEmpty()) {
            return Step.hold(pod.name() + " is not resized yet: " + pod.resize());
        }
        if (asked) {
            return Step.hold(pod.name() + " is being resized");
        }
        if (now.inPlaceResize() && pod.wanted().resizableTo(wanted.resources())) {
            return new Step(new Action.ResizePod(new PodRef(pod.name(), pod.uid()), wanted.resources()), held);
        }
        return restart(wanted, set, pod, redis, "its CPU or memory changed in a way that needs a restart");
    }

    /** In whole MiB, so that people can read it on the way. */
    private static long stepDown(long bytes) {
        return (bytes - bytes / STEP_DIVISOR) / MIB * MIB;
    }

    /** A restart waits for the new template and for the data to be safe; a pod that serves nobody has none to lose. */
    private static Step restart(Wanted wanted, WorkloadView set, PodView pod, RedisAnswer answer, String reason) {
        if (!set.templateHash().equals(wanted.restartHash()) || !set.rolledOut()) {
            return Step.hold(pod.name() + " is restarted as soon as " + set.name() + " has its new template");
        }
        String unsafe = unsafe(pod, answer);
        return unsafe.isEmpty()
                ? Step.act(new Action.RestartPod(new PodRef(pod.name(), pod.uid()), reason))
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
            case RedisAnswer.Answering redis -> {
                if (!redis.persistenceFailure().isEmpty()) {
                    yield "while its data cannot be saved (" + redis.persistenceFailure()
                            + "): free or enlarge its volume";
                }
                yield redis.rewriting() ? "while it writes its append-only file" : "";
            }
        };
    }

    private static Action api(Wanted wanted, Observation now) {
        if (wanted.apiFilesHash().isEmpty()) {
            return new Action.None();
        }
        for (PodView pod : now.apiPods()) {
            if (pod.running() && !pod.terminating() && !pod.filesHash().equals(wanted.apiFilesHash())) {
                return new Action.RefreshFiles(new PodRef(pod.name(), pod.uid()), wanted.apiFilesHash());
            }
        }
        return new Action.None();
    }

    private static String label(String role) {
        return role.equals("slave") ? "replica" : role;
    }
}
