package dev.tiercache.operator.plan;

/**
 * What comes next.
 *
 * @param action the one thing to do now
 * @param held why something that is still to be done is not done now, one line that names the pod; empty if nothing waits
 * @param pod name of the Redis pod that {@code differences} is about: the first that differs from what is wanted; empty
 *     if there is none
 * @param differences what the plan was made from
 */
public record Plan(Action action, String held, String pod, Differences differences) {

    /** Whether nothing is left to do. */
    public boolean settled() {
        return action instanceof Action.None && held.isEmpty();
    }
}
