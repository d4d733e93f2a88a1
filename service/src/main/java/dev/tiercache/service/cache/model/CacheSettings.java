package dev.tiercache.service.cache.model;

import java.util.regex.Pattern;

/**
 * The settings of the cache that may change while it runs.
 *
 * @param keyPrefix what every key in Redis starts with, {@code ^[A-Za-z0-9_.:-]{1,64}$}
 * @param l1TtlMillis how long a copy stays in L1 before L2 is asked again, ms, at least 1
 * @param l2TtlMillis how old a value may become, ms, at least 1; counted from its computation, across both tiers
 * @param l1MaxBytes heap that L1 may take, bytes
 * @param l2TtlJitterPercent how much of the L2 TTL is taken off at random, 0 to 100 percent: values computed
 *     together do not expire together
 * @param l2CommandTimeoutMillis how long a read waits for Redis, ms, at least 1
 * @param degradation what happens to keys not in L1 while L2 is not up
 * @param staleWhileRevalidateMillis how long after its TTL a value of L1 is still served, marked stale, while it is
 *     computed anew behind the answer, ms; 0: not at all
 * @param staleIfErrorMillis how long after its TTL a value of L1 is still served, marked stale, when it cannot be computed
 *     anew, ms; 0: not at all
 * @param negativeTtlMillis how long a computation that failed is not tried again and its failure is answered, ms; 0: not
 *     at all
 * @param sharedFlights whether instances wait for each other's computation of a key
 * @param l2Format how values are written in L2
 */
public record CacheSettings(
        String keyPrefix,
        long l1TtlMillis,
        long l2TtlMillis,
        long l1MaxBytes,
        int l2TtlJitterPercent,
        long l2CommandTimeoutMillis,
        Degradation degradation,
        long staleWhileRevalidateMillis,
        long staleIfErrorMillis,
        long negativeTtlMillis,
        boolean sharedFlights,
        L2Format l2Format) {

    /** What a key prefix looks like: nothing that JSON or a Redis pattern would have to escape. */
    public static final Pattern KEY_PREFIX = Pattern.compile("[A-Za-z0-9_.:-]{1,64}");

    /**
     * Checks the fields.
     *
     * @throws IllegalArgumentException when one is out of its range
     */
    public CacheSettings {
        require(KEY_PREFIX.matcher(keyPrefix).matches(), "keyPrefix must match " + KEY_PREFIX);
        require(l1TtlMillis >= 1, "l1TtlMillis must be at least 1");
        require(l2TtlMillis >= 1, "l2TtlMillis must be at least 1");
        require(l1MaxBytes >= 0, "l1MaxBytes must not be negative");
        require(l2TtlJitterPercent >= 0 && l2TtlJitterPercent <= 100, "l2TtlJitterPercent must be 0 to 100");
        require(l2CommandTimeoutMillis >= 1, "l2CommandTimeoutMillis must be at least 1");
        require(staleWhileRevalidateMillis >= 0, "staleWhileRevalidateMillis must not be negative");
        require(staleIfErrorMillis >= 0, "staleIfErrorMillis must not be negative");
        require(negativeTtlMillis >= 0, "negativeTtlMillis must not be negative");
    }

    /** With nothing stale, no failure remembered, no flights shared, and JSON in L2. */
    public CacheSettings(
            String keyPrefix,
            long l1TtlMillis,
            long l2TtlMillis,
            long l1MaxBytes,
            int l2TtlJitterPercent,
            long l2CommandTimeoutMillis,
            Degradation degradation) {
        this(
                keyPrefix,
                l1TtlMillis,
                l2TtlMillis,
                l1MaxBytes,
                l2TtlJitterPercent,
                l2CommandTimeoutMillis,
                degradation,
                0,
                0,
                0,
                false,
                L2Format.JSON);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
