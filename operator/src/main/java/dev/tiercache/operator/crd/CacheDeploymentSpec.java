package dev.tiercache.operator.crd;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;

/**
 * What the user wants. Every component has a value: the API server stores the defaults of the schema, and the
 * constructors here put in the same ones where a part is absent, so that no reader asks for null.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record CacheDeploymentSpec(
        @JsonPropertyDescription("How Redis runs. Standalone: one Redis pod.") @Default("Standalone")
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

    public enum Mode {
        @JsonProperty("Standalone")
        STANDALONE
    }

    public enum DeletionPolicy {
        @JsonProperty("Delete")
        DELETE,
        @JsonProperty("Retain")
        RETAIN
    }
}
