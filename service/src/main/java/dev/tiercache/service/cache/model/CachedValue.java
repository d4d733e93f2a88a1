package dev.tiercache.service.cache.model;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** One value with its age: what both tiers hold. Immutable; nobody writes to {@link #body()}. */
public final class CachedValue {

    private static final int FINGERPRINT_BYTES = 12;

    private final byte[] body;
    private final String fingerprint;
    private final long createdAtMillis;
    private final long ttlMillis;
    private final long computeMillis;

    /** Makes a value whose computation took no time to speak of. */
    public CachedValue(byte[] body, long createdAtMillis, long ttlMillis) {
        this(body, createdAtMillis, ttlMillis, 0);
    }

    /**
     * Makes a value.
     *
     * @param body the JSON document; belongs to the value from here on
     * @param createdAtMillis when it was computed, ms since the epoch
     * @param ttlMillis how long after that it may be served, ms
     * @param computeMillis how long the computation took, ms: what takes longer is begun earlier the next time
     */
    public CachedValue(byte[] body, long createdAtMillis, long ttlMillis, long computeMillis) {
        this.body = body;
        this.fingerprint = fingerprintOf(body);
        this.createdAtMillis = createdAtMillis;
        this.ttlMillis = ttlMillis;
        this.computeMillis = computeMillis;
    }

    /** The bytes. Shared: read them only. */
    public byte[] body() {
        return body;
    }

    /** The same for the same bytes, on every instance: 24 hex digits. */
    public String fingerprint() {
        return fingerprint;
    }

    /** When it was computed, ms since the epoch. */
    public long createdAtMillis() {
        return createdAtMillis;
    }

    /** How long after its computation it may be served, ms. */
    public long ttlMillis() {
        return ttlMillis;
    }

    /** How long its computation took, ms. */
    public long computeMillis() {
        return computeMillis;
    }

    /** How old it is, ms; never negative, though clocks of two instances differ. */
    public long ageMillis(long nowMillis) {
        return Math.max(0, nowMillis - createdAtMillis);
    }

    private static String fingerprintOf(byte[] body) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
            return HexFormat.of().formatHex(digest, 0, FINGERPRINT_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
