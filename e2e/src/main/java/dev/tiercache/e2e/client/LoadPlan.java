package dev.tiercache.e2e.client;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What to send, how fast and for how long: the command line as values.
 *
 * @param url the address without a query
 * @param rate requests a second, 0.1 to 2000
 * @param duration how long requests are started, 1 s to 1 h
 * @param users how many user ids take turns, 1 to 1,000,000; the more, the fewer answers come from a cache
 * @param symbols the symbol lists that take turns; empty leaves the choice to the server
 * @param timeout how long one request may take, 10 ms to 60 s
 * @param controlPort port of {@link Control}, 0 for none
 */
public record LoadPlan(
        URI url, double rate, Duration duration, int users, List<String> symbols, Duration timeout, int controlPort) {

    private static final String USAGE = "usage: --url URL [--rate 50] [--seconds 30] [--users 100]"
            + " [--symbols AAPL,MSFT;NVDA] [--timeout-millis 10000] [--control-port 0]";

    /** @throws IllegalArgumentException naming the option, its value and what was expected */
    public static LoadPlan parse(String... args) {
        Map<String, String> options = options(args);
        List<String> symbols = new ArrayList<>();
        for (String list : options.getOrDefault("--symbols", "").split(";", -1)) {
            if (!list.isBlank()) {
                symbols.add(list.strip());
            }
        }
        return new LoadPlan(
                url(options),
                number(options, "--rate", 50, 0.1, 2000),
                Duration.ofMillis((long) (1000 * number(options, "--seconds", 30, 1, 3600))),
                (int) number(options, "--users", 100, 1, 1_000_000),
                List.copyOf(symbols),
                Duration.ofMillis((long) number(options, "--timeout-millis", 10_000, 10, 60_000)),
                (int) number(options, "--control-port", 0, 0, 65_535));
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

    private static Map<String, String> options(String... args) {
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 0; i < args.length; i += 2) {
            if (!List.of("--url", "--rate", "--seconds", "--users", "--symbols", "--timeout-millis", "--control-port")
                    .contains(args[i])) {
                throw new IllegalArgumentException("option " + args[i] + " is not known; " + USAGE);
            }
            if (i + 1 == args.length) {
                throw new IllegalArgumentException("option " + args[i] + " has no value; " + USAGE);
            }
            options.put(args[i], args[i + 1]);
        }
        return options;
    }

    private static URI url(Map<String, String> options) {
        String value = options.getOrDefault("--url", "");
        Function<String, IllegalArgumentException> refusal = why -> new IllegalArgumentException(
                "option --url is '" + value + "', expected an http address without a query" + why + "; " + USAGE);
        URI url;
        try {
            url = URI.create(value);
        } catch (IllegalArgumentException e) {
            throw refusal.apply(" (" + e.getMessage() + ")");
        }
        if (!"http".equals(url.getScheme()) || url.getHost() == null || url.getRawQuery() != null) {
            throw refusal.apply("");
        }
        return url;
    }

    private static double number(Map<String, String> options, String name, double preset, double min, double max) {
        String text = options.get(name);
        if (text == null) {
            return preset;
        }
        double value;
        try {
            value = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            value = Double.NaN;
        }
        if (!(value >= min && value <= max)) {
            throw new IllegalArgumentException(
                    "option %s is '%s', expected a number from %s to %s; %s".formatted(name, text, min, max, USAGE));
        }
        return value;
    }
}
