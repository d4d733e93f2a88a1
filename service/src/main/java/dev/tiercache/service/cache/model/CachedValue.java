package dev.tiercache.service.cache.model;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** One value with its age: what both tiers hold. Immutable; nobody writes to {@link #body()}. */
public final class CachedValue {

    private static final int FINGERPRINT_BYTES = 12;

    private final byte[] body;
    private volatile @Nullable String fingerprint;
    private volatile byte @Nullable [] form;
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
        String known = fingerprint;
        if (known == null) {
            known = fingerprintOf(body);
            fingerprint = known;
        }
        return known;
    }

    /**
     * A form of the body that is made once and kept beside it, such as a compressed one; null until {@link #keepForm}.
     * Whoever makes it knows what it is.
     */
    public byte @Nullable [] form() {
        return form;
    }

    /** Keeps another form of the body; it counts in {@link #heapBytes} from here on. */
    public void keepForm(byte[] form) {
        this.form = form;
    }

    /** Bytes of the body and of its other form. */
    public int heapBytes() {
        byte[] made = form;
        return body.length + (made == null ? 0 : made.length);
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
