package dev.tiercache.operator.plan;

/**
 * What one part of the planner comes to.
 *
 * @param action one action or none
 * @param held what waits and why, or an empty text
 * @param restart why a pod must be restarted, or an empty text
 */
record Step(Action action, String held, String restart) {
    static final Step NOTHING = new Step(new Action.None(), "", "");

    static Step hold(String why) {
        return new Step(new Action.None(), why, "");
    }

    static Step act(Action action) {
        return new Step(action, "", "");
    }

    static Step act(Action action, String held) {
        return new Step(action, held, "");
    }

    static Step restart(String why) {
        return new Step(new Action.None(), "", why);
    }

    /** Whether nothing is to be done, and nothing waits. */
    boolean isNothing() {
        return !acts() && held.isEmpty() && restart.isEmpty();
    }

    boolean acts() {
        return !(action instanceof Action.None);
    }
}
