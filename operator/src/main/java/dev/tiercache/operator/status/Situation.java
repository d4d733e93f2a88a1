package dev.tiercache.operator.status;

import dev.tiercache.operator.act.Outcome;
import dev.tiercache.operator.observe.Observation;
import dev.tiercache.operator.plan.Plan;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one reconciliation found and did: all that the status speaks of.
 *
 * @param now what was true when it began
 * @param plan what comes next, or null if nothing could be planned (a credential is missing for the first time)
 * @param outcome what became of the planned action
 * @param refused objects that the API server did not take, each with its message
 * @param foreign objects under our names that belong to somebody else
 * @param volumeProblem why the volume is not as specified, or an empty text
 * @param unusable parameters of the spec that Redis would surely refuse, with what is wrong
 * @param credentials what is wrong with the user's Secret, or null
 * @param rotating whether Redis accepts a previous password until its clients had time to read the new one
 * @param planned whether the operator has just made another pod master
 * @param withheld what would have been changed if the resource were not suspended
 */
public record Situation(
        Observation now,
        @Nullable Plan plan,
        Outcome outcome,
        List<String> refused,
        List<String> foreign,
        String volumeProblem,
        Map<String, String> unusable,
        @Nullable Problem credentials,
        boolean rotating,
        boolean planned,
        List<String> withheld) {

    /**
     * Something that the user has to put right.
     *
     * @param reason a word in upper camel case
     * @param message one line that names what is missing
     */
    public record Problem(String reason, String message) {}

    public Situation {
        refused = List.copyOf(refused);
        foreign = List.copyOf(foreign);
        unusable = Map.copyOf(unusable);
        withheld = List.copyOf(withheld);
    }
}
