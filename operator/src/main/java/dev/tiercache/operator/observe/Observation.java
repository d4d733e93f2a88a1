package dev.tiercache.operator.observe;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
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
 * @param sentinelSet StatefulSet of the Sentinels, or null while there is none
 * @param sentinelPods Sentinel pods, by name; their last answers are among {@code answers}
 * @param addresses address of the own Service of each Redis and Sentinel pod, by name of the pod
 * @param recordedMaster name of the Redis pod whose volume says that it was master last, or an empty text
 */
public record Observation(
        @Nullable WorkloadView redisSet,
        List<PodView> redisPods,
        Map<String, RedisAnswer> answers,
        Set<String> refusedDefaults,
        @Nullable WorkloadView api,
        List<PodView> apiPods,
        boolean inPlaceResize,
        @Nullable WorkloadView sentinelSet,
        List<PodView> sentinelPods,
        Map<String, String> addresses,
        String recordedMaster) {

    /** Without Sentinels. */
    public Observation(
            @Nullable WorkloadView redisSet,
            List<PodView> redisPods,
            Map<String, RedisAnswer> answers,
            Set<String> refusedDefaults,
            @Nullable WorkloadView api,
            List<PodView> apiPods,
            boolean inPlaceResize) {
        this(redisSet, redisPods, answers, refusedDefaults, api, apiPods, inPlaceResize, null, List.of(), Map.of(), "");
    }

    public Observation {
        sentinelPods = List.copyOf(sentinelPods);
        addresses = Map.copyOf(addresses);
        redisPods = List.copyOf(redisPods);
        answers = Map.copyOf(answers);
        refusedDefaults = Set.copyOf(refusedDefaults);
        apiPods = List.copyOf(apiPods);
    }

    /** The same with one Redis pod alone, for what is decided for each by itself. */
    public Observation only(PodView pod) {
        return new Observation(
                redisSet,
                List.of(pod),
                answers,
                refusedDefaults,
                api,
                apiPods,
                inPlaceResize,
                sentinelSet,
                sentinelPods,
                addresses,
                recordedMaster);
    }

    /** What a pod answered last. */
    public RedisAnswer answer(PodView pod) {
        return answers.getOrDefault(pod.uid(), new RedisAnswer.NotAsked());
    }

    /** What a Redis pod answered last, or null if that was no answer. */
    public RedisAnswer.@Nullable Answering answering(PodView pod) {
        return answer(pod) instanceof RedisAnswer.Answering it ? it : null;
    }

    /** Whether a Redis pod is a replica that has what its master has. */
    public boolean following(PodView pod) {
        RedisAnswer.Answering answer = answering(pod);
        return answer != null && answer.following();
    }

    /** The Redis pod with an address, or null if it is none of ours. */
    public @Nullable PodView redisAt(@Nullable String address) {
        return address == null
                ? null
                : redisPods.stream()
                        .filter(pod -> address.equals(addresses.get(pod.name())))
                        .findFirst()
                        .orElse(null);
    }

    /** The first Redis pod, which is the one of mode Standalone; null while there is none. */
    public @Nullable PodView redisPod() {
        return redisPods.isEmpty() ? null : redisPods.getFirst();
    }

    /** What the one Redis of mode Standalone answered last. */
    public RedisAnswer redis() {
        PodView pod = redisPod();
        return pod == null ? new RedisAnswer.NotAsked() : answer(pod);
    }

    /** The pods that are watched: of Redis, then of the Sentinels. */
    public Stream<PodView> watchedPods() {
        return Stream.concat(redisPods.stream(), sentinelPods.stream());
    }

    /** Those of them that run, but have not been asked yet: for a moment after the operator or they started. */
    public List<PodView> unasked() {
        return watchedPods()
                .filter(pod -> pod.running() && answer(pod) instanceof RedisAnswer.NotAsked)
                .toList();
    }

    /** Whether one of the pods not asked yet serves as far as Kubernetes knows: there is nothing new to say then. */
    public boolean isIncomplete() {
        return unasked().stream().anyMatch(PodView::ready);
    }
}
