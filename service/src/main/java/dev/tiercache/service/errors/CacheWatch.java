package dev.tiercache.service.errors;

import dev.tiercache.service.cache.l2.L2State;
import dev.tiercache.service.errors.ErrorReports.Kind;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/** Looks at the cache now and then, and reports what goes on for too long: each outage and each burst once. */
final class CacheWatch {

    /** An outage of that length is more than a restart of Redis. */
    static final Duration LONG_OUTAGE = Duration.ofSeconds(30);

    /** So many unreadable values within {@link #BURST} are more than an accident. */
    static final int MANY = 10;

    static final Duration BURST = Duration.ofMinutes(1);

    private final ErrorReports errors;
    private final Supplier<L2State> state;
    private final DoubleSupplier unreadable;

    private long lastUp;
    private boolean outageReported;
    private long burstBegan;
    private double atBegin;

    /**
     * Makes one.
     *
     * @param unreadable how many unreadable values there have been
     * @param now by a monotonic clock, ns
     */
    CacheWatch(ErrorReports errors, Supplier<L2State> state, DoubleSupplier unreadable, long now) {
        this.errors = errors;
        this.state = state;
        this.unreadable = unreadable;
        this.lastUp = now;
        this.burstBegan = now;
        this.atBegin = unreadable.getAsDouble();
    }

    /** Looks once. */
    synchronized void look(long now) {
        if (state.get() == L2State.UP) {
            lastUp = now;
            outageReported = false;
        } else if (!outageReported && now - lastUp > LONG_OUTAGE.toNanos()) {
            outageReported = true;
            errors.report(Kind.L2_DOWN, "Redis has been away for more than 30 s", null);
        }
        double count = unreadable.getAsDouble();
        boolean many = count - atBegin >= MANY;
        if (many) {
            errors.report(Kind.L2_UNREADABLE, "Many values in Redis cannot be read", null);
        }
        if (many || now - burstBegan > BURST.toNanos()) {
            burstBegan = now;
            atBegin = count;
        }
    }
}
