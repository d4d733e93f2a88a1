package dev.tiercache.service.market.http;

import java.time.Duration;

/**
 * How a source is asked and how long its answers are kept.
 *
 * @param connect the longest that a connection takes to come up
 * @param answer the longest that one question takes: waiting for a turn, all attempts, and the last byte of the body
 * @param attempts how often a question is sent at most
 * @param backoff what the pause before the second attempt is drawn from, at random; doubled for each further one
 * @param concurrency how many questions are under way at once
 * @param bodyBytes the longest body that is read
 * @param open for how long the circuit breaker keeps questions back
 * @param fresh how old an answer may become before the source is asked again
 * @param soon how old a portfolio may become before somebody waits for the source; from {@code fresh} on it is asked
 *     again behind the answer
 * @param stale how old an answer may become that stands in for one that the source does not give
 */
public record HttpSourceLimits(
        Duration connect,
        Duration answer,
        int attempts,
        Duration backoff,
        int concurrency,
        int bodyBytes,
        Duration open,
        Duration fresh,
        Duration soon,
        Duration stale) {

    /**
     * The limits of a running service.
     *
     * <ul>
     *   <li>4 s for an answer: a report has 10 s, and may wait for a portfolio before all else.
     *   <li>1 MiB: thirty years of daily rows with volume are a quarter of that.
     *   <li>60 s fresh: closes change once a day, and whoever trades expects to see it in the next report; but a herd of
     *       users who hold the same symbols asks once.
     *   <li>900 s for a portfolio behind the answer: what a report may be old by default, and so the answer to a request
     *       that names no symbols.
     * </ul>
     *
     * @param concurrency how many questions are under way at once
     * @param stale how old an answer may become that stands in
     */
    public static HttpSourceLimits of(int concurrency, Duration stale) {
        return new HttpSourceLimits(
                Duration.ofSeconds(1),
                Duration.ofSeconds(4),
                3,
                Duration.ofMillis(100),
                concurrency,
                1 << 20,
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                Duration.ofSeconds(900),
                stale);
    }
}
