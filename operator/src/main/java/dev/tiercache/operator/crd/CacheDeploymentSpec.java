package dev.tiercache.operator.crd;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/**
 * What the user wants. Every component has a value: the API server stores the defaults of the schema, and the
 * constructors here put in the same ones where a part is absent, so that no reader asks for null.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "!has(self.sentinel) || (has(self.mode) && self.mode == 'Sentinel')",
        fieldPath = ".sentinel",
        message = "sentinel: only with mode Sentinel: remove it, or set mode to Sentinel")
@ValidationRule(
        value = "!has(self.update) || (has(self.mode) && self.mode == 'Sentinel')",
        fieldPath = ".update",
        message = "update: only with mode Sentinel: remove it, or set mode to Sentinel")
@ValidationRule(
        value = "!has(self.disruption) || (has(self.mode) && self.mode == 'Sentinel')",
        fieldPath = ".disruption",
        message = "disruption: only with mode Sentinel: remove it, or set mode to Sentinel")
@ValidationRule(
        value =
                "!has(self.redis) || !has(self.redis.replicas)"
                        + " || ((has(self.mode) && self.mode == 'Sentinel') ? self.redis.replicas >= 2 : self.redis.replicas == 1)",
        fieldPath = ".redis",
        message = "redis.replicas: 1 with mode Standalone, 2 to 7 with mode Sentinel: correct it, or remove it for the"
                + " default (1 and 3)")
@ValidationRule(
        value = "!has(self.redis) || !has(self.redis.replicationSafety) || (has(self.mode) && self.mode == 'Sentinel')",
        fieldPath = ".redis",
        message = "redis.replicationSafety: only with mode Sentinel: remove it, or set mode to Sentinel")
@ValidationRule(
        value = "!has(self.redis) || !has(self.redis.replicationSafety)"
                + " || !has(self.redis.replicationSafety.minReplicasToWrite)"
                + " || self.redis.replicationSafety.minReplicasToWrite"
                + " < (has(self.redis.replicas) ? self.redis.replicas : 3)",
        fieldPath = ".redis",
        message = "redis.replicationSafety.minReplicasToWrite must be below redis.replicas (the master is no replica):"
                + " lower it, or add replicas")
@ValidationRule(
        value = "!has(oldSelf.mode) || oldSelf.mode != 'Sentinel' || (has(self.mode) && self.mode == 'Sentinel')",
        fieldPath = ".mode",
        message = "mode: Sentinel cannot become Standalone again (which of several copies of the data would stay?):"
                + " restore it, or create another CacheDeployment")
public record CacheDeploymentSpec(
        @JsonPropertyDescription(
                "How Redis runs. Standalone: one Redis pod. Sentinel: a master and its replicas, watched"
                        + " by Sentinels, which replace a master that fails. Standalone can become Sentinel, not the other way"
                        + " round.")
        @Default("Standalone")
        Mode mode,

        @JsonPropertyDescription(
                "true: the operator changes nothing that belongs to this resource, and the condition Paused says so.")
        @Default("false")
        boolean suspend,

        @JsonPropertyDescription(
                "What becomes of the volume and of the Secret <name>-auth when this resource is deleted."
                        + " Delete: they go with it. Retain: they stay, and a new resource of the same name takes them up.")
        @Default("Delete")
        DeletionPolicy deletionPolicy,

        @JsonPropertyDescription("Redis, the second tier of the cache (L2).") @Default("{}")
        RedisSpec redis,

        @JsonPropertyDescription("The Sentinels; only with mode Sentinel. Absent there: its defaults.") @Nullable
        SentinelSpec sentinel,

        @JsonPropertyDescription(
                "How restarts reach the Redis pods; only with mode Sentinel. Absent there: its defaults.")
        @Nullable
        UpdateSpec update,

        @JsonPropertyDescription("What drains may take away; only with mode Sentinel. Absent there: its defaults.")
        @Nullable
        DisruptionSpec disruption,

        @JsonPropertyDescription("How clients authenticate to Redis.") @Default("{}")
        AuthSpec auth,

        @JsonPropertyDescription("How the API caches. Every change here reaches running pods without a restart.")
        @Default("{}")
        CacheSpec cache,

        @JsonPropertyDescription("The report API, with the first tier of the cache (L1) in its process.") @Default("{}")
        ApiSpec api,

        @JsonPropertyDescription("Where the pods of Redis and of the API may run.") @Default("{}")
        SchedulingSpec scheduling) {

    /** What {@code spec: {}} means. */
    public static final CacheDeploymentSpec DEFAULT = new CacheDeploymentSpec(
            Mode.STANDALONE,
            false,
            DeletionPolicy.DELETE,
            RedisSpec.DEFAULT,
            null,
            null,
            null,
            AuthSpec.DEFAULT,
            CacheSpec.DEFAULT,
            ApiSpec.DEFAULT,
            SchedulingSpec.DEFAULT);

    public CacheDeploymentSpec {
        mode = Defaults.or(mode, Mode.STANDALONE);
        deletionPolicy = Defaults.or(deletionPolicy, DeletionPolicy.DELETE);
        redis = Defaults.or(redis, RedisSpec.DEFAULT);
        auth = Defaults.or(auth, AuthSpec.DEFAULT);
        cache = Defaults.or(cache, CacheSpec.DEFAULT);
        api = Defaults.or(api, ApiSpec.DEFAULT);
        scheduling = Defaults.or(scheduling, SchedulingSpec.DEFAULT);
    }

    @JsonIgnore
    public boolean isSentinel() {
        return mode == Mode.SENTINEL;
    }

    /** All Redis pods that there shall be, the master among them. */
    @JsonIgnore
    public int redisReplicas() {
        return Defaults.or(redis.replicas(), isSentinel() ? 3 : 1);
    }

    /** What holds in mode Sentinel. */
    @JsonIgnore
    public SentinelSpec effectiveSentinel() {
        return Defaults.or(sentinel, SentinelSpec.DEFAULT);
    }

    /** What holds in mode Sentinel. */
    @JsonIgnore
    public UpdateSpec effectiveUpdate() {
        return Defaults.or(update, UpdateSpec.DEFAULT);
    }

    /** What holds in mode Sentinel. */
    @JsonIgnore
    public DisruptionSpec effectiveDisruption() {
        return Defaults.or(disruption, DisruptionSpec.DEFAULT);
    }

    public enum Mode {
        @JsonProperty("Standalone")
        STANDALONE("Standalone"),
        @JsonProperty("Sentinel")
        SENTINEL("Sentinel");

        private final String text;

        Mode(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    public enum DeletionPolicy {
        @JsonProperty("Delete")
        DELETE,
        @JsonProperty("Retain")
        RETAIN
    }
}
