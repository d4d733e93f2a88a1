package dev.tiercache.service.web;

import dev.tiercache.service.problem.BadParameter;
import dev.tiercache.service.problem.BadParametersException;
import dev.tiercache.service.report.ReportException;
import dev.tiercache.service.report.ReportRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of one report, checked: what a client sent becomes a canonical request, or a list of all that is wrong
 * with it.
 *
 * @param request what is asked for
 * @param fresh whether a newer report than a cached one is wanted
 */
record ReportParameters(ReportRequest request, boolean fresh) {

    private static final Set<String> TRUE = Set.of("true", "1", "yes", "y", "on", "t");
    private static final Set<String> FALSE = Set.of("false", "0", "no", "n", "off", "f");

    /** Knows the symbols of a user who names none. */
    @FunctionalInterface
    interface DefaultSymbols {
        List<String> of(String userId) throws ReportException;
    }

    /**
     * Reads them.
     *
     * @param values all values of a parameter; null where it is not given
     * @param defaultSymbols the symbols of a user who names none
     * @throws BadParametersException when any is not good
     * @throws ReportException when the user names no symbols and those to use cannot be known now
     */
    static ReportParameters of(Function<String, String @Nullable []> values, DefaultSymbols defaultSymbols)
            throws BadParametersException, ReportException {
        List<BadParameter> bad = new ArrayList<>();
        String userId = userId(single("user_id", values, bad), bad);
        List<String> symbols = symbols(single("symbols", values, bad), bad);
        boolean fresh = fresh(single("fresh", values, bad), bad);
        if (!bad.isEmpty()) {
            throw new BadParametersException(bad);
        }
        List<String> wanted = symbols.isEmpty() ? defaultSymbols.of(userId) : symbols;
        return new ReportParameters(new ReportRequest(userId, wanted), fresh);
    }

    private static @Nullable String single(
            String name, Function<String, String @Nullable []> values, List<BadParameter> bad) {
        String @Nullable [] given = values.apply(name);
        if (given == null || given.length == 0) {
            return null;
        }
        if (given.length > 1) {
            bad.add(new BadParameter(name, String.join(" ", given), "given once"));
        }
        return given[0];
    }

    private static String userId(@Nullable String value, List<BadParameter> bad) {
        if (value == null || !ReportRequest.USER_ID.matcher(value).matches()) {
            bad.add(new BadParameter(
                    "user_id", value == null ? "" : value, "1 to 64 of letters, digits, '_', '.', '@', '-'"));
            return "";
        }
        return value;
    }

    private static List<String> symbols(@Nullable String value, List<BadParameter> bad) {
        if (value == null) {
            return List.of();
        }
        List<String> symbols = Arrays.stream(value.split(","))
                .map(s -> s.strip().toUpperCase(Locale.ROOT))
                .filter(s -> !s.isEmpty())
                .distinct()
                .sorted()
                .toList();
        for (String symbol : symbols) {
            if (!ReportRequest.SYMBOL.matcher(symbol).matches()) {
                bad.add(new BadParameter(
                        "symbols",
                        symbol,
                        "tickers separated by commas, each 1 to 15 of letters, digits, '.', '^', '=', '-',"
                                + " the first a letter or digit"));
                return List.of();
            }
        }
        if (symbols.size() > ReportRequest.MAX_SYMBOLS) {
            bad.add(new BadParameter(
                    "symbols", symbols.size() + " symbols", "at most " + ReportRequest.MAX_SYMBOLS + " symbols"));
            return List.of();
        }
        return symbols;
    }

    private static boolean fresh(@Nullable String value, List<BadParameter> bad) {
        if (value == null) {
            return false;
        }
        String lower = value.strip().toLowerCase(Locale.ROOT);
        if (!TRUE.contains(lower) && !FALSE.contains(lower)) {
            bad.add(new BadParameter("fresh", value, "true or false (also 1, 0, yes, no, on, off, t, f, y, n)"));
        }
        return TRUE.contains(lower);
    }
}
