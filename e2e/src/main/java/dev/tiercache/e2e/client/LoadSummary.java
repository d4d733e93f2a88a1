package dev.tiercache.e2e.client;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What became of the requests of one run; printed as one line of JSON.
 *
 * @param started when the first request was due
 * @param seconds from the first request to the last answer
 * @param sent requests started
 * @param status how many answers by HTTP status
 * @param errors how many requests without a usable answer, by kind: the exception's simple name, or
 *     {@code UnreadableBody} for a 200 whose body is not the JSON of a report
 * @param layers how many 200 answers by the cache layer that their metadata names: {@code L1}, {@code L2} or
 *     {@code computed}
 * @param firstErrors the first answers other than 200 and the first errors, at most {@value Tally#FIRST_ERRORS}
 * @param latencyMillis p50, p95, p99 and max from the instant a request was due, not from the instant it was
 *     sent: a server that stalls cannot hide the requests it held up
 */
public record LoadSummary(
        Instant started,
        double seconds,
        long sent,
        Map<String, Long> status,
        Map<String, Long> errors,
        Map<String, Long> layers,
        List<Failure> firstErrors,
        Map<String, Double> latencyMillis) {

    /** One request that did not end in a 200: when it was due, what came instead, and for whom it asked. */
    public record Failure(Instant at, String kind, String detail, String uri) {}
}
