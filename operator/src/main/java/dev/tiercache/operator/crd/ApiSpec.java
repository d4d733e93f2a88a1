package dev.tiercache.operator.crd;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The report API. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "!has(self.env) || self.env.all(e, !e.name.matches('" + ApiSpec.RESERVED_VARIABLES + "'))",
        fieldPath = ".env",
        message = "api.env: SERVER_PORT, MANAGEMENT_PORT, CONFIG_FILE, REDIS_*, L1_*, L2_*, CACHE_*, STALE_*,"
                + " NEGATIVE_TTL_SECONDS, SHARED_COMPUTATIONS, USER_COMPUTATIONS_PER_MINUTE and"
                + " PHASE4_WS_INTERVAL_SECONDS are set by the operator: remove the variable and use the fields of"
                + " spec.cache, spec.auth and spec.api")
public record ApiSpec(
        @JsonPropertyDescription("Managed: the operator runs the API. Disabled: Redis only.") @Default("Managed")
        ApiMode mode,

        @JsonPropertyDescription("Image of the report service. Absent: the operator's default.") @Default("{}")
        ImageSpec image,

        @JsonPropertyDescription("Number of API pods, 0 to 100; what kubectl scale sets.")
        @Default("2")
        @Min(0)
        @Max(100)
        @SpecReplicas
        Integer replicas,

        @JsonPropertyDescription("Requests and limits of the container api, as in a pod. Where there is neither, it"
                + " requests cpu: 50m, memory: 384Mi.")
        @Default("{}")
        Resources resources,

        @JsonPropertyDescription("The Service <name>-api.") @Default("{}")
        Service service,

        @JsonPropertyDescription("Further environment variables of the container api, at most 64, such as SENTRY_DSN or"
                + " LOG_LEVEL. A change rolls the API.")
        @Size(max = 64)
        List<Variable> env,

        @JsonPropertyDescription("How often a WebSocket client gets an update, in seconds, 1 to 3600. A change reaches"
                + " running pods without a restart.")
        @Default("30")
        @Min(1)
        @Max(3600)
        Integer webSocketIntervalSeconds) {

    /** Variables that the operator sets itself. */
    static final String RESERVED_VARIABLES =
            "^(SERVER_PORT|MANAGEMENT_PORT|CONFIG_FILE|REDIS_.*|L1_.*|L2_.*|CACHE_.*|STALE_.*|NEGATIVE_TTL_SECONDS"
                    + "|SHARED_COMPUTATIONS|USER_COMPUTATIONS_PER_MINUTE|PHASE4_WS_INTERVAL_SECONDS)$";

    public static final ApiSpec DEFAULT =
            new ApiSpec(ApiMode.MANAGED, ImageSpec.DEFAULT, 2, Resources.DEFAULT, Service.DEFAULT, List.of(), 30);

    public ApiSpec {
        mode = Defaults.or(mode, ApiMode.MANAGED);
        image = Defaults.or(image, ImageSpec.DEFAULT);
        replicas = Defaults.or(replicas, 2);
        resources = Defaults.or(resources, Resources.DEFAULT);
        service = Defaults.or(service, Service.DEFAULT);
        env = Defaults.copy(env);
        webSocketIntervalSeconds = Defaults.or(webSocketIntervalSeconds, 30);
    }

    @JsonIgnore
    public boolean isManaged() {
        return mode == ApiMode.MANAGED;
    }

    public enum ApiMode {
        @JsonProperty("Managed")
        MANAGED,
        @JsonProperty("Disabled")
        DISABLED
    }

    /** Requests and limits as Kubernetes takes them; what it refuses of them shows in the condition Ready. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Resources(
            @JsonPropertyDescription("What is set aside for the container, such as cpu: 250m (cores), memory: 384Mi"
                    + " (bytes); at most 8.")
            @Size(max = 8)
            Map<String, Quantity> requests,

            @JsonPropertyDescription("What the container may use at most, such as memory: 512Mi (bytes); at most 8.")
            @Size(max = 8)
            Map<String, Quantity> limits) {

        static final Resources DEFAULT = new Resources(Map.of(), Map.of());

        public Resources {
            requests = Defaults.copy(requests);
            limits = Defaults.copy(limits);
        }
    }

    /** The Service of the API. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Service(
            @JsonPropertyDescription("ClusterIP, NodePort or LoadBalancer.") @Default("ClusterIP")
            ServiceType type,

            @JsonPropertyDescription("Port of the Service, 1 to 65535.") @Default("8000") @Min(1) @Max(65_535)
            Integer port) {

        static final Service DEFAULT = new Service(ServiceType.CLUSTER_IP, 8000);

        public Service {
            type = Defaults.or(type, ServiceType.CLUSTER_IP);
            port = Defaults.or(port, 8000);
        }
    }

    public enum ServiceType {
        @JsonProperty("ClusterIP")
        CLUSTER_IP("ClusterIP"),
        @JsonProperty("NodePort")
        NODE_PORT("NodePort"),
        @JsonProperty("LoadBalancer")
        LOAD_BALANCER("LoadBalancer");

        private final String text;

        ServiceType(String text) {
            this.text = text;
        }

        /** The value as Kubernetes spells it. */
        @Override
        public String toString() {
            return text;
        }
    }

    /** One environment variable, with a value or with the place of one. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "!has(self.name) || self.name.matches('^[A-Za-z_][A-Za-z0-9_]*$')",
            fieldPath = ".name",
            message = "api.env.name: expected A-Z, a-z, 0-9 and '_', not a digit first: correct it")
    @ValidationRule(
            value = "!(has(self.value) && has(self.valueFrom))",
            fieldPath = ".value",
            message = "api.env: value and valueFrom are both set: keep one of them")
    public record Variable(
            @JsonPropertyDescription("Name of the variable.") @Required @Size(min = 1, max = 128)
            String name,

            @JsonPropertyDescription("Value, at most 4096 characters.") @Size(max = 4096) @Nullable
            String value,

            @JsonPropertyDescription("Where the value comes from.") @Nullable
            Source valueFrom) {}

    /** Where the value of a variable comes from. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "has(self.secretKeyRef) != has(self.configMapKeyRef)",
            message = "api.env.valueFrom: set exactly one of secretKeyRef and configMapKeyRef")
    public record Source(
            @JsonPropertyDescription("A key of a Secret in this namespace.") @Nullable
            KeyRef secretKeyRef,

            @JsonPropertyDescription("A key of a ConfigMap in this namespace.") @Nullable
            KeyRef configMapKeyRef) {}

    /** One key of an object in the namespace of the resource. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record KeyRef(
            @JsonPropertyDescription("Name of the object.") @Required @Size(min = 1, max = 253)
            String name,

            @JsonPropertyDescription("Key in the object.") @Required @Size(min = 1, max = 253)
            String key) {}
}
