package dev.tiercache.operator.observe;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is true now, as far as the caches and the last answers of Redis know; immutable, and equal as long as nothing
 * that matters changes.
 *
 * @param redisSet StatefulSet of Redis, or null while there is none
 * @param redisPods Redis pods, by name
 * @param answers last answer of each Redis pod, by UID of the pod
 * @param refusedDefaults default values that a Redis did not take, as {@code KEY VALUE}
 * @param api Deployment of the API, or null while there is none
 * @param apiPods API pods, by name
 * @param inPlaceResize whether this cluster resizes running pods
 */
public record Observation(
        @Nullable WorkloadView redisSet,
        List<PodView> redisPods,
        Map<String, RedisAnswer> answers,
        Set<String> refusedDefaults,
        @Nullable WorkloadView api,
        List<PodView> apiPods,
        boolean inPlaceResize) {

    public Observation {
        redisPods = List.copyOf(redisPods);
        answers = Map.copyOf(answers);
        refusedDefaults = Set.copyOf(refusedDefaults);
        apiPods = List.copyOf(apiPods);
    }

    /** The one Redis pod of mode Standalone, or null while there is none. */
    public @Nullable PodView redisPod() {
        return redisPods.isEmpty() ? null : redisPods.getFirst();
    }

    /** What the one Redis of mode Standalone answered last. */
    public RedisAnswer redis() {
        PodView pod = redisPod();
        return pod == null ? new RedisAnswer.NotAsked() : answers.getOrDefault(pod.uid(), new RedisAnswer.NotAsked());
    }

    /**
     * Whether the one Redis serves as far as Kubernetes knows, but has not been asked yet: a moment after the operator
     * started, in which there is nothing new to say of it.
     */
    public boolean isIncomplete() {
        PodView pod = redisPod();
        return pod != null && pod.ready() && redis() instanceof RedisAnswer.NotAsked;
    }
}
