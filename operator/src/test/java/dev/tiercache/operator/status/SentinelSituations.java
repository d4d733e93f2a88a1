package dev.tiercache.operator.status;

import dev.tiercache.operator.act.Outcome;
import dev.tiercache.operator.crd.CacheDeployment;
import dev.tiercache.operator.crd.CacheDeploymentStatus;
import dev.tiercache.operator.observe.Examples;
import dev.tiercache.operator.plan.SetOfPods;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Situations of mode Sentinel, and the conditions that come of them. */
final class SentinelSituations {
    private SentinelSituations() {}

    /** The resource that a {@link SetOfPods} of three and three is as wanted for; it has no API. */
    static CacheDeployment cache() {
        return Examples.cache("{mode: Sentinel, api: {mode: Disabled}}");
    }

    static Situation of(SetOfPods set) {
        return Situations.of(set.now(), set.plan(), new Outcome.Nothing());
    }

    /** The same right after the operator made another pod master. */
    static Situation planned(SetOfPods set) {
        return new Situation(
                set.now(),
                set.plan(),
                new Outcome.Done("switched"),
                List.of(),
                List.of(),
                "",
                Map.of(),
                null,
                false,
                true,
                List.of());
    }

    /** Writes the status of a situation, as a reconciliation does. */
    static CacheDeploymentStatus assemble(CacheDeployment cache, Situation situation, Instant time) {
        cache.setStatus(StatusAssembler.assemble(cache, situation, time));
        return cache.getStatus();
    }

    static Condition condition(CacheDeploymentStatus status, String type) {
        return status.conditions().stream()
                .filter(condition -> condition.getType().equals(type))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no condition " + type + " in " + status.conditions()));
    }

    /** The second Redis becomes master, and everybody knows. */
    static void failOver(SetOfPods set) {
        set.redis(1).serve();
        set.redis(2).follow(set.redis(1));
        set.redis(0).follow(set.redis(1));
        set.sentinels.forEach(pod -> pod.watch(set, set.redis(1)));
    }
}
