package dev.tiercache.operator.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects conditions as the API conventions want them: one of each type, the generation it speaks of, and a transition
 * time that moves only when the status does.
 */
final class ConditionList {
    private static final int LONGEST_MESSAGE = 1_024;

    private final List<Condition> previous;
    private final long generation;
    private final Instant now;
    private final List<Condition> collected = new ArrayList<>();

    ConditionList(List<Condition> previous, long generation, Instant now) {
        this.previous = previous;
        this.generation = generation;
        this.now = now;
    }

    /** Adds a condition. */
    Condition add(String type, Verdict verdict) {
        var before = find(previous, type);
        String since = before != null && before.getStatus().equals(verdict.status())
                ? before.getLastTransitionTime()
                : now.truncatedTo(ChronoUnit.SECONDS).toString();
        var condition = new ConditionBuilder()
                .withType(type)
                .withStatus(verdict.status())
                .withReason(verdict.reason())
                .withMessage(oneLine(verdict.message()))
                .withObservedGeneration(generation)
                .withLastTransitionTime(since)
                .build();
        collected.add(condition);
        return condition;
    }

    List<Condition> all() {
        return List.copyOf(collected);
    }

    /** The condition of a type, or null. */
    static @Nullable Condition find(List<Condition> conditions, String type) {
        return conditions.stream()
                .filter(c -> c.getType().equals(type))
                .findFirst()
                .orElse(null);
    }

    /** Whether there is a condition of a type, and it is True. */
    static boolean isTrue(List<Condition> conditions, String type) {
        var condition = find(conditions, type);
        return condition != null && condition.getStatus().equals("True");
    }

    private static String oneLine(String message) {
        String text = message.replaceAll("\\s+", " ").strip();
        return text.length() <= LONGEST_MESSAGE ? text : text.substring(0, LONGEST_MESSAGE - 1) + "…";
    }
}
