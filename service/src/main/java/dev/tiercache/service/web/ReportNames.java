package dev.tiercache.service.web;

import dev.tiercache.service.report.ReportRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The names that reports have in the cache, {@code user:SYM,SYM}: neither part may hold a colon or a comma, so no two
 * requests share one.
 */
public final class ReportNames {

    private ReportNames() {}

    static String of(ReportRequest request) {
        return of(request.userId(), String.join(",", request.symbols()));
    }

    /** The symbols as they are in a canonical request, joined by commas. */
    static String of(String userId, String symbols) {
        return userId + ':' + symbols;
    }

    /** Whether a name is one that a report can have. */
    public static boolean valid(String name) {
        int colon = name.indexOf(':');
        return colon > 0
                && ReportRequest.USER_ID.matcher(name.substring(0, colon)).matches()
                && Arrays.stream(name.substring(colon + 1).split(",", -1))
                        .allMatch(symbol -> ReportRequest.SYMBOL.matcher(symbol).matches());
    }

    /** The tag of all reports of a user. */
    public static String userTag(String userId) {
        return "user:" + userId;
    }

    /** The tag of all reports on a symbol, alone or among others. */
    public static String symbolTag(String symbol) {
        return "symbol:" + symbol;
    }

    /** What a report can be purged by: {@code user:ann}, and {@code symbol:AAPL} for each of its symbols. */
    public static List<String> tags(String name) {
        int colon = name.indexOf(':');
        if (colon < 0) {
            return List.of();
        }
        List<String> tags = new ArrayList<>();
        tags.add(userTag(name.substring(0, colon)));
        for (String symbol : name.substring(colon + 1).split(",", -1)) {
            tags.add(symbolTag(symbol));
        }
        return tags;
    }
}
