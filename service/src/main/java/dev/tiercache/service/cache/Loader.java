package dev.tiercache.service.cache;

import java.io.Serial;

/** Computes a value that neither tier holds. Called on a virtual thread: it may block. */
@FunctionalInterface
public interface Loader {

    /** Says that there is no such value, and will be none for a while: that is remembered longer than an error. */
    final class NoValueException extends Exception {
        @Serial
        private static final long serialVersionUID = 1L;

        /** Makes one with the reason. */
        public NoValueException(Exception cause) {
            super(cause.getMessage(), cause, false, false);
        }
    }

    /** Says that who asks has no right to a computation now; nobody else is kept from it, and nothing is remembered. */
    final class NotAdmittedException extends Exception {
        @Serial
        private static final long serialVersionUID = 1L;

        private final long retryAfterMillis;

        /** Makes one with the time after which asking again makes sense, ms. */
        public NotAdmittedException(String message, long retryAfterMillis) {
            super(message, null, false, false);
            this.retryAfterMillis = retryAfterMillis;
        }

        /** When asking again makes sense, ms. */
        public long retryAfterMillis() {
            return retryAfterMillis;
        }
    }

    /**
     * Computes the value.
     *
     * @return a JSON document; the array belongs to the cache from here on
     * @throws NoValueException when there is no such value
     * @throws Exception when there is no value now; everybody who waits for it gets a {@link CacheException} with this
     *     cause
     */
    byte[] load() throws Exception;

    /**
     * Asked before somebody is made to wait for a computation; not before one behind an answer.
     *
     * @throws NotAdmittedException when who asks has had enough of them
     */
    default void admit() throws NotAdmittedException {
        // Everybody is.
    }
}
