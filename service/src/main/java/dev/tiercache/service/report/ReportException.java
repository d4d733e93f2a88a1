package dev.tiercache.service.report;

import java.io.Serial;
import java.time.Duration;
import java.util.List;

/** Says why there is no report: a reason that a caller can act on, never an accident. */
public final class ReportException extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    /** Why there is no report. */
    public enum Kind {
        /** None of the symbols asked for has data: asking again gives the same answer (HTTP 404). */
        UNKNOWN_SYMBOLS,
        /** The market data cannot be had now: asking again later may succeed (HTTP 503). */
        SOURCE_UNAVAILABLE
    }

    private final Kind kind;
    private final transient List<String> symbols;
    private final Duration retryAfter;

    private ReportException(Kind kind, String message, List<String> symbols, Duration retryAfter) {
        super(message);
        this.kind = kind;
        this.symbols = List.copyOf(symbols);
        this.retryAfter = retryAfter;
    }

    /** No data for any of {@code symbols}. */
    public static ReportException unknownSymbols(List<String> symbols) {
        return new ReportException(
                Kind.UNKNOWN_SYMBOLS, "no data for " + String.join(",", symbols), symbols, Duration.ZERO);
    }

    /**
     * The market data cannot be had now.
     *
     * @param reason for the log, one line, no secret; clients don't see it
     * @param retryAfter when asking again makes sense
     */
    public static ReportException sourceUnavailable(String reason, Duration retryAfter) {
        return new ReportException(Kind.SOURCE_UNAVAILABLE, reason, List.of(), retryAfter);
    }

    /** The reason, as a kind. */
    public Kind kind() {
        return kind;
    }

    /** The symbols without data; empty for other kinds. */
    public List<String> symbols() {
        return symbols == null ? List.of() : symbols;
    }

    /** When asking again makes sense; zero where it does not. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
