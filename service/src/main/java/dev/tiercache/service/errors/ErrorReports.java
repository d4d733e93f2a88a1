package dev.tiercache.service.errors;

import org.jspecify.annotations.Nullable;

/** Takes errors that somebody should look at. Never blocks, never throws, and never tells of a user. */
@FunctionalInterface
public interface ErrorReports {

    /** Tells nobody: the log has it anyway. */
    ErrorReports NONE = (kind, message, failure) -> {};

    /** Kinds of errors. Each has a budget of its own: a storm of one hides none of another. */
    enum Kind {
        /** A request that was answered 500. */
        REQUEST,
        /** A report that could not be computed. */
        COMPUTATION,
        /** The link to Redis has been down for long. */
        L2_DOWN,
        /** Redis holds many values that are none. */
        L2_UNREADABLE
    }

    /**
     * Reports one.
     *
     * @param message what happened, the same for the same: no names, no numbers of one request
     * @param failure what was thrown; its type and its stack are reported, its message is not
     */
    void report(Kind kind, String message, @Nullable Throwable failure);
}
