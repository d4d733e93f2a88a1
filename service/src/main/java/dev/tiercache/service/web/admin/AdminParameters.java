package dev.tiercache.service.web.admin;

import dev.tiercache.service.cache.Scope;
import dev.tiercache.service.problem.BadParameter;
import dev.tiercache.service.problem.BadParametersException;
import dev.tiercache.service.report.ReportRequest;
import dev.tiercache.service.web.ReportNames;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads what a request to the admin API is about. */
final class AdminParameters {

    private static final List<String> SCOPES = List.of("key", "user", "symbol");

    private final Function<String, String @Nullable []> values;
    private final String keyPrefix;

    /**
     * Reads those of one request.
     *
     * @param values all values of a parameter; null where it is not given
     * @param keyPrefix what keys in Redis start with
     */
    AdminParameters(Function<String, String @Nullable []> values, String keyPrefix) {
        this.values = values;
        this.keyPrefix = keyPrefix;
    }

    /** The report that {@code key} names, with or without the prefix of Redis. */
    String name() throws BadParametersException {
        return name(single("key"));
    }

    /** The reports that the one of {@code key}, {@code user} and {@code symbol} that is given names. */
    Scope scope() throws BadParametersException {
        List<String> given =
                SCOPES.stream().filter(name -> values.apply(name) != null).toList();
        if (given.size() != 1) {
            throw bad("key", String.join(" ", given), "exactly one of key, user and symbol");
        }
        String value = single(given.getFirst());
        return switch (given.getFirst()) {
            case "key" -> Scope.name(name(value));
            case "user" -> Scope.tag(ReportNames.userTag(user(value)));
            default -> Scope.tag(ReportNames.symbolTag(symbol(value)));
        };
    }

    private String name(String key) throws BadParametersException {
        String withoutPrefix = key.startsWith(keyPrefix) ? key.substring(keyPrefix.length()) : key;
        // A user may be named as the prefix is.
        String name = ReportNames.valid(withoutPrefix) ? withoutPrefix : key;
        if (!ReportNames.valid(name)) {
            throw bad("key", key, "USER:SYMBOL,SYMBOL as in Redis, with " + keyPrefix + " before it or without");
        }
        return name;
    }

    private static String user(String value) throws BadParametersException {
        if (!ReportRequest.USER_ID.matcher(value).matches()) {
            throw bad("user", value, "1 to 64 of letters, digits, '_', '.', '@', '-'");
        }
        return value;
    }

    private static String symbol(String value) throws BadParametersException {
        String symbol = value.strip().toUpperCase(Locale.ROOT);
        if (!ReportRequest.SYMBOL.matcher(symbol).matches()) {
            throw bad("symbol", value, "one ticker: 1 to 15 of letters, digits, '.', '^', '=', '-'");
        }
        return symbol;
    }

    private String single(String name) throws BadParametersException {
        String[] given = values.apply(name);
        if (given == null || given.length != 1) {
            throw bad(name, given == null ? "" : String.join(" ", given), "given once");
        }
        return given[0];
    }

    private static BadParametersException bad(String name, String value, String expected) {
        return new BadParametersException(List.of(new BadParameter(name, value, expected)));
    }
}
