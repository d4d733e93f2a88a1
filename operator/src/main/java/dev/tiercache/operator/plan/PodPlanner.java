package dev.tiercache.operator.plan;

import dev.tiercache.operator.observe.Observation;
import dev.tiercache.operator.observe.PodView;
import dev.tiercache.operator.observe.RedisAnswer;
import dev.tiercache.operator.plan.Action.PodRef;
import java.util.Map;
import java.util.TreeMap;

/** What is decided for each pod by itself, whatever the mode is; see {@link Planner} for the order. */
final class PodPlanner {
    static final String TEMPLATE_CHANGED = "its image or a setting that needs a restart changed";

    private static final String MAX_MEMORY = "maxmemory";
    /** maxmemory goes down by an eighth at a time, so that one step evicts little (Redis evicts while it serves). */
    private static final int STEP_DIVISOR = 8;

    private static final long MIB = 1L << 20;

    private PodPlanner() {}

    /** What comes next for a Redis that answers and has all users that it needs; it may come to a restart. */
    static Step next(
            Wanted wanted, Observation now, PodView pod, RedisAnswer.Answering redis, Differences differences) {
        if (!differences.surplus().isEmpty()) {
            return Step.act(new Action.SetUsers(PodRef.of(pod), differences.surplus(), false));
        }
        if (redis.loading() && !differences.settled()) {
            // An append-only file that is begun now would hold what is loaded so far and nothing of the rest.
            return Step.hold(pod.name() + " is changed when it has loaded its data");
        }
        Step config = config(wanted, differences, pod, redis);
        if (config.acts()) {
            return config;
        }
        if (differences.restart()) {
            return Step.restart(TEMPLATE_CHANGED);
        }
        return differences.resources() ? resources(wanted, now, pod, config.held()) : Step.NOTHING;
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
        return Step.act(new Action.SetConfig(PodRef.of(pod), config, differences.defaults()), limitFirst);
    }

    private static Step resources(Wanted wanted, Observation now, PodView pod, String held) {
        boolean asked = pod.wanted().grant(wanted.resources());
        if (asked && !pod.resize().isEmpty()) {
            return Step.hold(pod.name() + " is not resized yet: " + pod.resize());
        }
        if (asked) {
            return Step.hold(pod.name() + " is being resized");
        }
        if (now.inPlaceResize() && pod.wanted().resizableTo(wanted.resources())) {
            return Step.act(new Action.ResizePod(PodRef.of(pod), wanted.resources()), held);
        }
        return Step.restart("its CPU or memory changed in a way that needs a restart");
    }

    /** In whole MiB, so that people can read it on the way. */
    private static long stepDown(long bytes) {
        return (bytes - bytes / STEP_DIVISOR) / MIB * MIB;
    }

    /** Makes the kubelet of an API pod with old files read them again. */
    static Action api(Wanted wanted, Observation now) {
        if (wanted.apiFilesHash().isEmpty()) {
            return new Action.None();
        }
        for (PodView pod : now.apiPods()) {
            if (pod.running() && !pod.terminating() && !pod.filesHash().equals(wanted.apiFilesHash())) {
                return new Action.RefreshFiles(PodRef.of(pod), wanted.apiFilesHash());
            }
        }
        return new Action.None();
    }
}
