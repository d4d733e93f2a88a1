package dev.tiercache.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Saturates a server with wrk: each connection sends the next request when the answer to the last one has come. Good for
 * throughput; its latencies leave out what a stall keeps from being sent, and are for comparison only.
 */
public final class Wrk {

    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ");
    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
    private static final Pattern BAD = Pattern.compile("(Socket errors: .*|Non-2xx or 3xx responses: .*)");

    private Wrk() {}

    /**
     * What one run gave.
     *
     * @param requests answers
     * @param perSecond answers a second
     * @param p50Millis half of them took no longer, ms
     * @param p99Millis 99 % of them took no longer, ms
     */
    public record Run(long requests, double perSecond, double p50Millis, double p99Millis) {}

    /**
     * Runs wrk with one thread.
     *
     * @throws IllegalStateException when an answer was not 2xx or 3xx, or a connection failed
     */
    public static Run run(String url, int connections, int seconds, List<String> headers) {
        List<String> command = new ArrayList<>(
                List.of("wrk", "-t1", "-c" + connections, "-d" + seconds + "s", "--timeout", "5s", "--latency"));
        headers.forEach(header -> command.addAll(List.of("-H", header)));
        command.add(url);
        String output = output(command);
        Matcher bad = BAD.matcher(output);
        if (bad.find()) {
            throw new IllegalStateException(url + ": " + bad.group());
        }
        return new Run(
                Long.parseLong(group(REQUESTS, output)),
                Double.parseDouble(group(RATE, output)),
                percentile("50%", output),
                percentile("99%", output));
    }

    private static double percentile(String name, String output) {
        Matcher matcher =
                Pattern.compile("\\s" + name + "\\s+([0-9.]+)(us|ms|s)").matcher(output);
        if (!matcher.find()) {
            throw new IllegalStateException("wrk printed no " + name + ": " + output);
        }
        double value = Double.parseDouble(matcher.group(1));
        return switch (matcher.group(2)) {
            case "us" -> value / 1_000;
            case "ms" -> value;
            default -> value * 1_000;
        };
    }

    private static String group(Pattern pattern, String output) {
        Matcher matcher = pattern.matcher(output);
        if (!matcher.find()) {
            throw new IllegalStateException("wrk printed no " + pattern + ": " + output);
        }
        return matcher.group(1);
    }

    private static String output(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            if (status != 0) {
                throw new IllegalStateException("wrk ended with " + status + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException("could not run wrk", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
