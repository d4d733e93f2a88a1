package dev.tiercache.e2e.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Counts answers and failures of one run. Thread-safe. */
final class Tally {

    static final int FIRST_ERRORS = 5;

    private static final int DETAIL_LENGTH = 300;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Instant started;
    private final Map<String, Long> status = new TreeMap<>();
    private final Map<String, Long> errors = new TreeMap<>();
    private final Map<String, Long> layers = new TreeMap<>();
    private final List<LoadSummary.Failure> firstErrors = new ArrayList<>();
    private final Histogram micros = new Histogram(3);
    private long sent;
    private double seconds;

    Tally(Instant started) {
        this.started = started;
    }

    synchronized void sent() {
        sent++;
    }

    /** Counts an answer by its status and, where it is a report, by its cache layer. */
    void answered(URI uri, Instant due, HttpResponse<byte[]> response) {
        int code = response.statusCode();
        if (code != 200) {
            count(status, Integer.toString(code), due);
            remember(uri, due, Integer.toString(code), new String(response.body(), UTF_8));
            return;
        }
        try {
            String layer = layer(response.body());
            count(status, "200", due);
            synchronized (this) {
                layers.merge(layer, 1L, Long::sum);
            }
        } catch (IOException e) {
            failed(uri, due, "UnreadableBody", e.toString());
        }
    }

    /** Counts a request that brought no usable answer. */
    void failed(URI uri, Instant due, String kind, String detail) {
        count(errors, kind, due);
        remember(uri, due, kind, detail);
    }

    synchronized LoadSummary summary() {
        return new LoadSummary(
                started,
                seconds,
                sent,
                new TreeMap<>(status),
                new TreeMap<>(errors),
                new TreeMap<>(layers),
                List.copyOf(firstErrors),
                new TreeMap<>(Map.of(
                        "p50", micros.getValueAtPercentile(50) / 1e3,
                        "p95", micros.getValueAtPercentile(95) / 1e3,
                        "p99", micros.getValueAtPercentile(99) / 1e3,
                        "max", micros.getMaxValue() / 1e3)));
    }

    private synchronized void count(Map<String, Long> kinds, String kind, Instant due) {
        Instant now = Instant.now();
        kinds.merge(kind, 1L, Long::sum);
        micros.recordValue(Math.max(0, Duration.between(due, now).toNanos() / 1000));
        seconds = Duration.between(started, now).toMillis() / 1e3;
    }

    private synchronized void remember(URI uri, Instant due, String kind, String detail) {
        if (firstErrors.size() < FIRST_ERRORS) {
            String cut = detail.length() > DETAIL_LENGTH ? detail.substring(0, DETAIL_LENGTH) : detail;
            firstErrors.add(new LoadSummary.Failure(due, kind, cut, uri.toString()));
        }
    }

    /** The layer that the body's metadata names; a body without that metadata is no report. */
    private static String layer(byte[] body) throws IOException {
        JsonNode layer = JSON.readTree(body).path("metadata").path("cache_layer");
        if (layer.isMissingNode()) {
            throw new IOException("no metadata.cache_layer in a body of " + body.length + " bytes");
        }
        return layer.isNull() ? "computed" : layer.asText();
    }
}
