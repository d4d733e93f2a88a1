package dev.tiercache.service.cache;

import java.io.Serial;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Says why the cache has no answer. */
public final class CacheException extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    /** Why there is no answer. */
    public enum Reason {
        /** The loader failed: the cause is its exception. */
        LOAD_FAILED,
        /** Too many computations wait already, or the turn of this one did not come in time. */
        OVERLOADED,
        /** The answer took longer than the deadline; the computation goes on for a while and fills the cache. */
        DEADLINE,
        /** Who asks has had enough computations for now: the cause says when more are to be had. */
        LIMITED,
        /** L2 is not up, and {@link dev.tiercache.service.cache.model.Degradation#FAIL} forbids to compute without it. */
        L2_DOWN
    }

    private final Reason reason;
    private final Duration retryAfter;

    /** Makes one with the time after which asking again makes sense. */
    public CacheException(Reason reason, String message, Duration retryAfter, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.retryAfter = retryAfter;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }

    /** When asking again makes sense; zero where that is not known. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
