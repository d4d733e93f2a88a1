package dev.tiercache.e2e.client;

import dev.tiercache.e2e.cli.Options;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What to send, how fast and for how long: the command line as values.
 *
 * @param url the address without a query
 * @param rate requests a second, 0.1 to 2000
 * @param duration how long requests are started, 1 s to 1 h
 * @param users how many user ids take turns, 1 to 1,000,000; the more, the fewer answers come from a cache
 * @param symbols the symbol lists that take turns; empty leaves the choice to the server
 * @param timeout how long one request may take, 10 ms to 60 s
 * @param controlPort port of {@link dev.tiercache.e2e.cli.Control}, 0 for none
 */
public record LoadPlan(
        URI url, double rate, Duration duration, int users, List<String> symbols, Duration timeout, int controlPort) {

    private static final String USAGE = "usage: --url URL [--rate 50] [--seconds 30] [--users 100]"
            + " [--symbols AAPL,MSFT;NVDA] [--timeout-millis 10000] [--control-port 0]";
    private static final Set<String> KNOWN =
            Set.of("--url", "--rate", "--seconds", "--users", "--symbols", "--timeout-millis", "--control-port");
    private static final String EXPECTED_URL = "an http address without a query";

    /** @throws IllegalArgumentException naming the option, its value and what was expected */
    public static LoadPlan parse(String... args) {
        Options options = Options.parse(USAGE, KNOWN, args);
        List<String> symbols = new ArrayList<>();
        for (String list : options.text("--symbols", "").split(";", -1)) {
            if (!list.isBlank()) {
                symbols.add(list.strip());
            }
        }
        return new LoadPlan(
                url(options),
                options.number("--rate", 50, 0.1, 2000),
                Duration.ofMillis((long) (1000 * options.number("--seconds", 30, 1, 3600))),
                (int) options.number("--users", 100, 1, 1_000_000),
                List.copyOf(symbols),
                Duration.ofMillis((long) options.number("--timeout-millis", 10_000, 10, 60_000)),
                (int) options.number("--control-port", 0, 0, 65_535));
    }

    /** The address of request number {@code n}, counted from 0: users and symbol lists take turns. */
    URI uri(long n) {
        StringBuilder query = new StringBuilder("?user_id=load-").append(n % users);
        if (!symbols.isEmpty()) {
            String list = symbols.get((int) (n / users % symbols.size()));
            query.append("&symbols=").append(URLEncoder.encode(list, StandardCharsets.UTF_8));
        }
        return URI.create(url + query.toString());
    }

    /** Nanoseconds between two requests. */
    long intervalNanos() {
        return Math.round(1e9 / rate);
    }

    private static URI url(Options options) {
        String value = options.text("--url", "");
        URI url;
        try {
            url = URI.create(value);
        } catch (IllegalArgumentException e) {
            throw options.refusal("--url", value, EXPECTED_URL + " (" + e.getMessage() + ")");
        }
        if (!"http".equals(url.getScheme()) || url.getHost() == null || url.getRawQuery() != null) {
            throw options.refusal("--url", value, EXPECTED_URL);
        }
        return url;
    }
}
