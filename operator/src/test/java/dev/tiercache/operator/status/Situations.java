package dev.tiercache.operator.status;

import dev.tiercache.operator.act.Outcome;
import dev.tiercache.operator.observe.Observation;
import dev.tiercache.operator.plan.Plan;
import java.util.List;
import java.util.Map;

/** Situations of the tests in which nothing is in the way. */
final class Situations {
    private Situations() {}

    /** What was seen, planned and done, with nothing refused, foreign, missing or withheld. */
    static Situation of(Observation now, Plan plan, Outcome outcome) {
        return new Situation(now, plan, outcome, List.of(), List.of(), "", Map.of(), null, false, false, List.of());
    }
}
