package dev.tiercache.operator.crd;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;

/** How the API caches, in its process (L1) and in Redis (L2). */
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "!has(self.keyPrefix) || self.keyPrefix.matches('^[A-Za-z0-9_.:-]{1,64}$')",
        fieldPath = ".keyPrefix",
        message = "cache.keyPrefix: expected 1 to 64 of A-Z, a-z, 0-9, '_', '.', ':', '-': correct it")
@ValidationRule(
        value = "!has(self.l1) || !has(self.l2) || !has(self.l1.ttlSeconds) || !has(self.l2.ttlSeconds)"
                + " || self.l1.ttlSeconds <= self.l2.ttlSeconds",
        fieldPath = ".l1",
        message = "cache.l1.ttlSeconds must not exceed cache.l2.ttlSeconds: lower the first or raise the second")
public record CacheSpec(
        @JsonPropertyDescription("What the keys in Redis start with: 1 to 64 of A-Z, a-z, 0-9, _ . : -")
        @Default("\"ir_v1:\"")
        @Size(min = 1, max = 64)
        String keyPrefix,

        @JsonPropertyDescription("The first tier: the memory of each API pod.") @Default("{}")
        L1 l1,

        @JsonPropertyDescription("The second tier: Redis.") @Default("{}")
        L2 l2,

        @JsonPropertyDescription("What the API does with a request that is not in L1 while Redis is away."
                + " L1Only: computes it. Fail: answers 503, which protects the source of the data.")
        @Default("L1Only")
        Degradation degradation,

        @JsonPropertyDescription("How long reports are answered beyond their time, marked as stale.") @Default("{}")
        Stale stale,

        @JsonPropertyDescription("What computing a report may cost.") @Default("{}")
        Computations computations) {

    public static final CacheSpec DEFAULT =
            new CacheSpec("ir_v1:", L1.DEFAULT, L2.DEFAULT, Degradation.L1_ONLY, Stale.DEFAULT, Computations.DEFAULT);

    public CacheSpec {
        keyPrefix = Defaults.or(keyPrefix, "ir_v1:");
        l1 = Defaults.or(l1, L1.DEFAULT);
        l2 = Defaults.or(l2, L2.DEFAULT);
        degradation = Defaults.or(degradation, Degradation.L1_ONLY);
        stale = Defaults.or(stale, Stale.DEFAULT);
        computations = Defaults.or(computations, Computations.DEFAULT);
    }

    /** The first tier. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value =
                    "!has(self.maxSize) || !isQuantity(string(self.maxSize)) || (quantity(string(self.maxSize)).compareTo(quantity('1Mi')) >= 0"
                            + " && quantity(string(self.maxSize)).compareTo(quantity('64Gi')) <= 0)",
            fieldPath = ".maxSize",
            message = "cache.l1.maxSize: expected 1Mi to 64Gi: choose a size in that range")
    public record L1(
            @JsonPropertyDescription("How long a report may be served from L1, in seconds, 1 to 2592000 (30 days);"
                    + " its age in L2 counts, and it may not exceed that of L2.")
            @Default("900")
            @Min(1)
            @Max(2_592_000)
            Integer ttlSeconds,

            @JsonPropertyDescription("Most memory that L1 takes in each API pod, in bytes, 1Mi to 64Gi.")
            @Default("64Mi")
            Quantity maxSize) {

        static final L1 DEFAULT = new L1(900, new Quantity("64Mi"));

        public L1 {
            ttlSeconds = Defaults.or(ttlSeconds, 900);
            maxSize = Defaults.or(maxSize, new Quantity("64Mi"));
        }
    }

    /** The second tier. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record L2(
            @JsonPropertyDescription("How long a report stays in Redis, in seconds, 1 to 2592000 (30 days).")
            @Default("900")
            @Min(1)
            @Max(2_592_000)
            Integer ttlSeconds,

            @JsonPropertyDescription("By how much of itself a TTL in Redis is shortened at random, in percent, 0 to 50,"
                    + " so that keys written together do not expire together.")
            @Default("0")
            @Min(0)
            @Max(50)
            Integer ttlJitterPercent,

            @JsonPropertyDescription("How long the API waits for one answer of Redis, in milliseconds, 1 to 10000.")
            @Default("50")
            @Min(1)
            @Max(10_000)
            Integer commandTimeoutMillis,

            @JsonPropertyDescription("How a report is written in Redis. JSON: as redis-cli GET shows it readably."
                    + " Binary: smaller and faster to read. BinaryLZ4: the same, compressed from 2 KB on. Every one"
                    + " of them is read, so a change costs no entry.")
            @Default("JSON")
            Format format) {

        static final L2 DEFAULT = new L2(900, 0, 50, Format.JSON);

        public L2 {
            ttlSeconds = Defaults.or(ttlSeconds, 900);
            ttlJitterPercent = Defaults.or(ttlJitterPercent, 0);
            commandTimeoutMillis = Defaults.or(commandTimeoutMillis, 50);
            format = Defaults.or(format, Format.JSON);
        }
    }

    /** What happens to a report whose time is over. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Stale(
            @JsonPropertyDescription("For how long it is still answered at once while it is computed anew, in seconds,"
                    + " 0 (not at all) to 2592000.")
            @Default("30")
            @Min(0)
            @Max(2_592_000)
            Integer whileRevalidateSeconds,

            @JsonPropertyDescription("For how long it is answered when it cannot be computed anew, in seconds, 0 (not"
                    + " at all) to 2592000.")
            @Default("3600")
            @Min(0)
            @Max(2_592_000)
            Integer ifErrorSeconds) {

        static final Stale DEFAULT = new Stale(30, 3600);

        public Stale {
            whileRevalidateSeconds = Defaults.or(whileRevalidateSeconds, 30);
            ifErrorSeconds = Defaults.or(ifErrorSeconds, 3600);
        }
    }

    /** What computing a report may cost. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Computations(
            @JsonPropertyDescription("Whether API pods wait for each other's computation of a report. Enabled: a cold"
                    + " report is computed once, whichever pods are asked. Disabled: once in each pod.")
            @Default("Enabled")
            Sharing sharing,

            @JsonPropertyDescription("How many computations one user gets in each API pod, per minute, 0 (no limit) to"
                    + " 1000000; what is cached is answered without limit.")
            @Default("120")
            @Min(0)
            @Max(1_000_000)
            Integer perUserPerMinute,

            @JsonPropertyDescription("How long it is remembered that nobody knows the symbols of a request, in seconds,"
                    + " 0 (not at all) to 3600.")
            @Default("30")
            @Min(0)
            @Max(3600)
            Integer negativeTtlSeconds) {

        static final Computations DEFAULT = new Computations(Sharing.ENABLED, 120, 30);

        public Computations {
            sharing = Defaults.or(sharing, Sharing.ENABLED);
            perUserPerMinute = Defaults.or(perUserPerMinute, 120);
            negativeTtlSeconds = Defaults.or(negativeTtlSeconds, 30);
        }
    }

    /** How a report is written in Redis. */
    public enum Format {
        @JsonProperty("JSON")
        JSON("json"),
        @JsonProperty("Binary")
        BINARY("binary"),
        @JsonProperty("BinaryLZ4")
        BINARY_LZ4("binary-lz4");

        private final String text;

        Format(String text) {
            this.text = text;
        }

        /** The value as the service spells it in L2_FORMAT. */
        @Override
        public String toString() {
            return text;
        }
    }

    public enum Sharing {
        @JsonProperty("Enabled")
        ENABLED,
        @JsonProperty("Disabled")
        DISABLED
    }

    public enum Degradation {
        @JsonProperty("L1Only")
        L1_ONLY("L1Only"),
        @JsonProperty("Fail")
        FAIL("Fail");

        private final String text;

        Degradation(String text) {
            this.text = text;
        }

        /** The value as the service spells it in CACHE_DEGRADATION. */
        @Override
        public String toString() {
            return text;
        }
    }
}
