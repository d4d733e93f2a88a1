package dev.tiercache.service.report;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What one report is asked for. A request is canonical: two requests for the same report are equal, so its fields can
 * be the cache key.
 *
 * @param userId whose report it is, {@code ^[A-Za-z0-9_.@-]{1,64}$}; {@code :} and {@code ,} would let users share keys
 * @param symbols 1 to 50 tickers, upper case, sorted, each once
 */
public record ReportRequest(String userId, List<String> symbols) {

    /** What a user id looks like. */
    public static final Pattern USER_ID = Pattern.compile("[A-Za-z0-9_.@-]{1,64}");

    /** What a ticker looks like. */
    public static final Pattern SYMBOL = Pattern.compile("[A-Z0-9][A-Z0-9.^=-]{0,14}");

    /** The most tickers of one report. */
    public static final int MAX_SYMBOLS = 50;

    /**
     * Checks the fields.
     *
     * @throws IllegalArgumentException when a field is not as described above: callers validate what users send before
     */
    public ReportRequest {
        symbols = List.copyOf(symbols);
        if (!USER_ID.matcher(userId).matches()) {
            throw new IllegalArgumentException("userId must match " + USER_ID);
        }
        if (symbols.isEmpty() || symbols.size() > MAX_SYMBOLS) {
            throw new IllegalArgumentException("1 to " + MAX_SYMBOLS + " symbols are expected, not " + symbols.size());
        }
        for (int i = 0; i < symbols.size(); i++) {
            if (!SYMBOL.matcher(symbols.get(i)).matches()) {
                throw new IllegalArgumentException("each symbol must match " + SYMBOL);
            }
            if (i > 0 && symbols.get(i - 1).compareTo(symbols.get(i)) >= 0) {
                throw new IllegalArgumentException("symbols must be sorted, each once");
            }
        }
    }
}
