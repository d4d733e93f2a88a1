package dev.tiercache.service.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The time that all instances agree on: that of Redis, carried on by this process's monotonic clock between its answers.
 * Until Redis has told its time, that of this machine at the start. A step of this machine's clock changes nothing here.
 */
final class SharedClock {

    private final Ticker ticker;
    /** What to add to the ticker's ms. */
    private volatile long offsetMillis;

    /**
     * Starts at this machine's time.
     *
     * @param wall ms since the epoch
     * @param ticker ns, monotonic
     */
    SharedClock(LongSupplier wall, Ticker ticker) {
        this.ticker = ticker;
        synced(wall.getAsLong());
    }

    /** Now, ms since the epoch. */
    long millis() {
        return millisAt(ticker.read());
    }

    /** What it shows, or showed, at a reading of the ticker, ms since the epoch. */
    long millisAt(long tick) {
        return TimeUnit.NANOSECONDS.toMillis(tick) + offsetMillis;
    }

    /** Sets it to what another clock shows now, ms since the epoch. */
    void synced(long millis) {
        offsetMillis = millis - TimeUnit.NANOSECONDS.toMillis(ticker.read());
    }
}
