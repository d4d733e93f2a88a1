package dev.tiercache.operator.crd;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** The Sentinels, which alone decide who is master. Every change here reaches running Sentinels without a restart. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "!has(self.replicas) || self.replicas % 2 == 1",
        fieldPath = ".replicas",
        message = "sentinel.replicas: expected 3, 5 or 7 (a majority of an even number tolerates no more failures):"
                + " choose an odd number")
@ValidationRule(
        value = "!has(self.quorum) || (self.quorum <= (has(self.replicas) ? self.replicas : 3)"
                + " && self.quorum > (has(self.replicas) ? self.replicas : 3) / 2)",
        fieldPath = ".quorum",
        message = "sentinel.quorum: expected from a majority of sentinel.replicas to all of them: correct it, or remove"
                + " it for the majority")
@ValidationRule(
        value = "(has(self.failoverTimeoutSeconds) ? self.failoverTimeoutSeconds : 15) * 1000"
                + " >= 2 * (has(self.downAfterMillis) ? self.downAfterMillis : 5000)",
        fieldPath = ".failoverTimeoutSeconds",
        message = "sentinel.failoverTimeoutSeconds must be at least twice sentinel.downAfterMillis: raise it, or lower"
                + " downAfterMillis")
public record SentinelSpec(
        @JsonPropertyDescription("Sentinel pods: 3, 5 or 7. A failover needs a majority of them.")
        @Default("3")
        @Min(3)
        @Max(7)
        Integer replicas,

        @JsonPropertyDescription("How many Sentinels must see the master down before a failover begins."
                + " Absent: the majority of replicas.")
        @Min(2)
        @Max(7)
        @Nullable
        Integer quorum,

        @JsonPropertyDescription(
                "How long a Redis may stay silent before a Sentinel takes it for down, in milliseconds,"
                        + " 1000 to 300000.")
        @Default("5000")
        @Min(1_000)
        @Max(300_000)
        Integer downAfterMillis,

        @JsonPropertyDescription("How long one failover may take, in seconds, 2 to 3600. One that came to nothing"
                + " is begun again by the operator after some seconds, or without it after twice this time.")
        @Default("15")
        @Min(2)
        @Max(3_600)
        Integer failoverTimeoutSeconds,

        @JsonPropertyDescription("How many replicas follow a new master at the same time, 1 to 6.")
        @Default("1")
        @Min(1)
        @Max(6)
        Integer parallelSyncs) {

    static final SentinelSpec DEFAULT = new SentinelSpec(3, null, 5_000, 15, 1);

    public SentinelSpec {
        replicas = Defaults.or(replicas, 3);
        downAfterMillis = Defaults.or(downAfterMillis, 5_000);
        failoverTimeoutSeconds = Defaults.or(failoverTimeoutSeconds, 15);
        parallelSyncs = Defaults.or(parallelSyncs, 1);
    }

    /** More than half of the Sentinels: what a failover needs whatever the quorum is. */
    @JsonIgnore
    public int majority() {
        return replicas / 2 + 1;
    }

    /** The quorum that holds. */
    @JsonIgnore
    public int effectiveQuorum() {
        return Defaults.or(quorum, majority());
    }
}
