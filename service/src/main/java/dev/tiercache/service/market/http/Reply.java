package dev.tiercache.service.market.http;

import java.time.Duration;

/** What one attempt to ask the source came to. */
sealed interface Reply {

    /** What it counts as. */
    Outcome outcome();

    /** How an attempt ended. */
    enum Outcome {
        /** Data came. */
        OK,
        /** There is none: 404. */
        NONE,
        /** The source does not accept the key: 401 or 403. */
        REFUSED,
        /** The source wants fewer questions: 429. */
        LIMITED,
        /** Another status. */
        ERROR,
        /** No connection came up. */
        UNREACHABLE,
        /** The answer did not end within the time. */
        TIMEOUT,
        /** The answer broke off, is too long, or is not what it should be. */
        UNUSABLE,
        /** It was not sent: the circuit breaker is open, the source has asked for a pause, or no turn came. */
        NOT_SENT
    }

    /** Data. */
    record Body(byte[] bytes) implements Reply {
        @Override
        public Outcome outcome() {
            return Outcome.OK;
        }
    }

    /** There is none. */
    record None() implements Reply {
        @Override
        public Outcome outcome() {
            return Outcome.NONE;
        }
    }

    /**
     * No answer.
     *
     * @param reason in words, without a secret
     * @param retryAfter how long the source wants not to be asked; zero: it says nothing
     * @param mayPass whether it makes sense to ask again at once
     * @param ill whether the source, or the way to it, is at fault, and not what it was asked
     */
    record Failure(Outcome outcome, String reason, Duration retryAfter, boolean mayPass, boolean ill) implements Reply {

        /** One that will not pass, of a source that is well. */
        Failure(Outcome outcome, String reason) {
            this(outcome, reason, Duration.ZERO);
        }

        Failure(Outcome outcome, String reason, Duration retryAfter) {
            this(outcome, reason, retryAfter, false, false);
        }

        Failure thatMayPass() {
            return new Failure(outcome, reason, retryAfter, true, ill);
        }

        Failure ofAnIllSource() {
            return new Failure(outcome, reason, retryAfter, mayPass, true);
        }
    }
}
