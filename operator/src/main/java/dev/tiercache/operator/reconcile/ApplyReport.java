package dev.tiercache.operator.reconcile;

import java.util.ArrayList;
import java.util.List;

/**
 * What became of the desired objects.
 *
 * @param changed objects that were written or removed, or would have been
 * @param refused objects that the API server did not take, each with its message
 * @param foreign objects under our names that belong to somebody else
 * @param waiting objects that are still being removed by the garbage collector
 * @param volumeProblem why the volume is not as specified, or an empty text
 */
record ApplyReport(
        List<String> changed, List<String> refused, List<String> foreign, List<String> waiting, String volumeProblem) {
    ApplyReport {
        changed = List.copyOf(changed);
        refused = List.copyOf(refused);
        foreign = List.copyOf(foreign);
        waiting = List.copyOf(waiting);
    }

    /** This pass and a later one over the same objects. */
    ApplyReport then(ApplyReport later) {
        var all = new ArrayList<>(changed);
        later.changed.stream().filter(object -> !all.contains(object)).forEach(all::add);
        return new ApplyReport(all, later.refused, later.foreign, later.waiting, later.volumeProblem);
    }

    /** Whether something must be tried again although no event will tell. */
    boolean unfinished() {
        return !refused.isEmpty() || !foreign.isEmpty() || !waiting.isEmpty() || !volumeProblem.isEmpty();
    }
}
