package dev.tiercache.service.market;

import java.io.Serial;

/** Market data cannot be had now; asking again later may succeed. The message is for the log: one line, no secret. */
public final class MarketDataException extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    public MarketDataException(String message) {
        super(message);
    }

    public MarketDataException(String message, Throwable cause) {
        super(message, cause);
    }
}
