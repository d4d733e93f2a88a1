package dev.tiercache.operator.act;

import java.util.Map;

/** What became of an action. */
public sealed interface Outcome {

    /** There was nothing to do. */
    record Nothing() implements Outcome {}

    /**
     * It was carried out.
     *
     * @param note what was done, one line for people, without secrets
     */
    record Done(String note) implements Outcome {}

    /**
     * Redis did not accept some parameters; the others were set.
     *
     * @param rejected parameter to what Redis said
     */
    record ConfigRejected(Map<String, String> rejected) implements Outcome {
        public ConfigRejected {
            rejected = Map.copyOf(rejected);
        }
    }

    /**
     * It was tried and failed; it is tried again.
     *
     * @param reason one line without secrets
     */
    record Failed(String reason) implements Outcome {}

    /**
     * The world is not as it was when the action was chosen; the next reconciliation decides anew.
     *
     * @param reason one line
     */
    record Stale(String reason) implements Outcome {}
}
