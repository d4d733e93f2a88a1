package dev.tiercache.service.market;

import java.io.Serial;
import java.time.Duration;

/** Market data cannot be had now; asking again later may succeed. The message is for the log: one line, no secret. */
public final class MarketDataException extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    public MarketDataException(String message) {
        super(message);
        retryAfter = Duration.ZERO;
    }

    public MarketDataException(String message, Throwable cause) {
        super(message, cause);
        retryAfter = cause instanceof MarketDataException known ? known.retryAfter : Duration.ZERO;
    }

    /** With the time after which asking again makes sense. */
    public MarketDataException(String message, Duration retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    /** When asking again makes sense; zero where that is not known. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
