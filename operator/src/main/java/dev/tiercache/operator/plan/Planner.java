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
 * 1. The Redis pod was made from another template -> restart it, once that costs no data.
 * 2. A user of Redis lacks a password or a right  -> add it; what is accepted now stays accepted.
 * 3. A parameter differs                          -> set it. Memory is raised limit first, then maxmemory, and lowered
 *                                                    the other way round, maxmemory in steps: a Redis never has less
 *                                                    memory than it may fill, and never evicts much at once.
 * 4. The container has other CPU or memory        -> resize it in place, or restart the pod where that cannot be.
 * 5. Its role label is wrong                      -> write it.
 * 6. A user accepts a password that it shall not  -> take it away.
 * 7. An API pod has old files                     -> make its kubelet read them again.
 * </pre>
 *
 * Nothing here knows the time or asks anybody: the same input gives the same plan.
 */
public final class Planner {
    private static final String MAX_MEMORY = "maxmemory";
    /** maxmemory goes down by an eighth at a time, so that one step evicts little (Redis evicts while it serves). */
    private static final int STEP_DIVISOR = 8;

    private static final long MIB = 1L << 20;

    private Planner() {}

    /** The next action, with what waits and why. */
    public static Plan next(Wanted wanted, Observation now) {
        var differences = Differences.between(wanted, now);
        Step redis = redis(wanted, now, differences);
        if (redis.action() instanceof Action.None) {
            // The API does not wait for Redis.
            return new Plan(api(wanted, now), redis.held(), differences);
        }
        return new Plan(redis.action(), redis.held(), differences);
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
        if (differences.restart()) {
            return restart(wanted, set, pod, now.redis(), "its image or a setting that needs a restart changed");
        }
        if (differences.resources() && !pod.scheduled()) {
            return restart(wanted, set, pod, now.redis(), "it has no node yet and other resources are wanted");
        }
        if (!(now.redis() instanceof RedisAnswer.Answering redis)) {
            return Step.hold(differences.resources() ? pod.name() + " does not answer: its resources wait" : "");
        }
        if (!differences.missing().isEmpty()) {
            return Step.act(new Action.SetUsers(ref, differences.missing(), true));
        }
        Step memory = memory(wanted, now, differences, set, pod, redis);
        if (!memory.equals(Step.NOTHING)) {
            return memory;
        }
        if (!redis.loading() && !pod.role().equals(label(redis.role()))) {
            return Step.act(new Action.LabelRole(ref, label(redis.role())));
        }
        if (!differences.surplus().isEmpty()) {
            return Step.act(new Action.SetUsers(ref, differences.surplus(), false));
        }
        return Step.NOTHING;
    }

    private static Step memory(
            Wanted wanted,
            Observation now,
            Differences differences,
            WorkloadView set,
            PodView pod,
            RedisAnswer.Answering redis) {
        var ref = new PodRef(pod.name(), pod.uid());
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
        if (!config.isEmpty() || !differences.defaults().isEmpty()) {
            return new Step(new Action.SetConfig(ref, config, differences.defaults()), limitFirst);
        }
        if (!differences.resources()) {
            return Step.NOTHING;
        }
        boolean asked = pod.wanted().equals(wanted.resources());
        if (asked && !pod.resize().isEmpty()) {
            return Step.hold(pod.name() + " is not resized yet: " + pod.resize());
        }
        if (asked) {
            return Step.hold(pod.name() + " is being resized");
        }
        if (now.inPlaceResize() && pod.wanted().resizableTo(wanted.resources())) {
            return new Step(new Action.ResizePod(ref, wanted.resources()), limitFirst);
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
        if (answer instanceof RedisAnswer.Answering redis) {
            if (redis.loading()) {
                return Step.hold(pod.name() + " is restarted when it has loaded its data: " + reason);
            }
            if (!redis.persistenceFailure().isEmpty()) {
                return Step.hold(pod.name() + " is not restarted while its data cannot be saved ("
                        + redis.persistenceFailure() + "): free or enlarge its volume");
            }
        }
        return Step.act(new Action.RestartPod(new PodRef(pod.name(), pod.uid()), reason));
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
