package dev.tiercache.operator.crd;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator saw last. Values that change by themselves all the time (memory, hits) are metrics, not status. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record CacheDeploymentStatus(
        @JsonPropertyDescription("The generation of the spec that the rest of the status speaks of.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription("Ready, Progressing, Degraded, RedisReady, SentinelQuorate, ApiReady, ConfigApplied,"
                + " CredentialsInSync, ConfigurationWarning and Paused, one of each at most.")
        List<Condition> conditions,

        @JsonPropertyDescription("Redis.") @Nullable RedisStatus redis,

        @JsonPropertyDescription("The Sentinels; only in mode Sentinel.") @Nullable
        SentinelStatus sentinel,

        @JsonPropertyDescription("The API; absent where api.mode is Disabled.") @Nullable
        ApiStatus api,

        @JsonPropertyDescription("Values that were derived.") @Nullable
        EffectiveStatus effective,

        @JsonPropertyDescription("Where the parts are reached from inside the cluster.") @Nullable
        EndpointsStatus endpoints,

        @JsonPropertyDescription("What a client of Redis needs to connect.") @Nullable
        BindingStatus binding,

        @JsonPropertyDescription("The last time that another pod became master; only in mode Sentinel.") @Nullable
        FailoverStatus lastFailover) {

    public static final CacheDeploymentStatus EMPTY =
            new CacheDeploymentStatus(null, List.of(), null, null, null, null, null, null, null);

    public CacheDeploymentStatus {
        conditions = Defaults.copy(conditions);
    }

    /** The Redis pods. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record RedisStatus(
            @JsonPropertyDescription("Redis pods that there are.") @Nullable
            Integer replicas,

            @JsonPropertyDescription("Redis pods that are ready.") @Nullable
            Integer readyReplicas,

            @JsonPropertyDescription("Ready and wanted Redis pods, such as 1/1: a printer column shows one value only.")
            @Nullable
            String ready,

            @JsonPropertyDescription("Name of the pod that takes the writes. Absent: none does.") @Nullable
            String master,

            @JsonPropertyDescription(
                    "Name of the pod that took the writes last, also while none does; only in mode" + " Sentinel.")
            @Nullable
            String lastMaster,

            @JsonPropertyDescription(
                    "Since when that pod is the master, as far as the operator saw; only in mode Sentinel.")
            @Nullable
            String masterSince,

            @JsonPropertyDescription("Version of the running redis-server.") @Nullable
            String version) {}

    /** The Sentinel pods. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record SentinelStatus(
            @JsonPropertyDescription("Sentinel pods that there are.") @Nullable
            Integer replicas,

            @JsonPropertyDescription("Sentinel pods that are ready.") @Nullable
            Integer readyReplicas,

            @JsonPropertyDescription(
                    "Ready and wanted Sentinel pods, such as 3/3: a printer column shows one value only.")
            @Nullable
            String ready,

            @JsonPropertyDescription("Reachable: a failover could be authorised now. Lost: it could not.") @Nullable
            String quorum) {}

    /** A change of the master. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record FailoverStatus(
            @JsonPropertyDescription("When the operator saw it.") @Nullable
            String time,

            @JsonPropertyDescription("Planned: asked for, by the operator or by the former master when it was stopped."
                    + " Detected: the Sentinels found the former master down.")
            @Nullable
            String reason,

            @JsonPropertyDescription("Pod that was master.") @Nullable
            String from,

            @JsonPropertyDescription("Pod that is master now.") @Nullable
            String to) {}

    /** The API pods. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record ApiStatus(
            @JsonPropertyDescription("API pods that there are.") @StatusReplicas @Nullable
            Integer replicas,

            @JsonPropertyDescription("API pods that are ready.") @Nullable
            Integer readyReplicas,

            @JsonPropertyDescription("Ready and wanted API pods, such as 2/2: a printer column shows one value only.")
            @Nullable
            String ready,

            @JsonPropertyDescription("Label selector of the API pods, for the scale subresource.")
            @LabelSelector
            @Nullable
            String selector) {}

    /** Values that were derived from the spec. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record EffectiveStatus(
            @JsonPropertyDescription("maxmemory of Redis, in bytes as a quantity such as 512Mi.") @Nullable
            String maxMemory,

            @JsonPropertyDescription("Memory request and limit of the container redis, in bytes as a quantity.")
            @Nullable
            String memoryLimit) {}

    /** Addresses inside the cluster. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record EndpointsStatus(
            @JsonPropertyDescription("host:port of the Redis that takes writes.") @Nullable
            String redis,

            @JsonPropertyDescription("host:port of the Sentinels; only in mode Sentinel.") @Nullable
            String sentinel,

            @JsonPropertyDescription("The name under which the Sentinels know the master; only in mode Sentinel.")
            @Nullable
            String sentinelMasterName,

            @JsonPropertyDescription("URL of the API; absent where api.mode is Disabled.") @Nullable
            String api) {}

    /** The Secret for clients of Redis. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record BindingStatus(
            @JsonPropertyDescription("Secret with type, host, port, username, password and uri.") @Nullable
            String secretName) {}
}
