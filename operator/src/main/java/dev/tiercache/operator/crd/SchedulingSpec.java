package dev.tiercache.operator.crd;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where pods may run. A change restarts Redis once, supervised, and rolls the API. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "!has(self.nodeSelector) || self.nodeSelector.all(k, self.nodeSelector[k]"
                + ".matches('^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$'))",
        fieldPath = ".nodeSelector",
        message = "scheduling.nodeSelector: a value is not a label value (at most 63 of A-Z, a-z, 0-9, '-', '_', '.',"
                + " a letter or digit at both ends): correct it")
public record SchedulingSpec(
        @JsonPropertyDescription("Labels that a node must have, at most 16.") @Size(max = 16)
        Map<String, @Size(max = 63) String> nodeSelector,

        @JsonPropertyDescription("Taints of nodes that the pods tolerate, at most 16.") @Size(max = 16)
        List<Toleration> tolerations,

        @JsonPropertyDescription("Name of an existing PriorityClass.") @Size(min = 1, max = 253) @Nullable
        String priorityClassName,

        @JsonPropertyDescription("How pods of a kind (Redis, Sentinel, API) keep apart from one another.")
        @Default("{}")
        Spread spread) {

    public static final SchedulingSpec DEFAULT = new SchedulingSpec(Map.of(), List.of(), null, Spread.DEFAULT);

    public SchedulingSpec {
        nodeSelector = Defaults.copy(nodeSelector);
        tolerations = Defaults.copy(tolerations);
        spread = Defaults.or(spread, Spread.DEFAULT);
    }

    /** How pods of one kind keep apart. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Spread(
            @JsonPropertyDescription(
                    "Over nodes (kubernetes.io/hostname). Preferred: as far as they go. Required: a pod"
                            + " without a node of its own does not start. Disabled: not considered.")
            @Default("Preferred")
            Apart host,

            @JsonPropertyDescription("Over zones (topology.kubernetes.io/zone); the same values.") @Default("Preferred")
            Apart zone) {

        static final Spread DEFAULT = new Spread(Apart.PREFERRED, Apart.PREFERRED);

        public Spread {
            host = Defaults.or(host, Apart.PREFERRED);
            zone = Defaults.or(zone, Apart.PREFERRED);
        }
    }

    public enum Apart {
        @JsonProperty("Disabled")
        DISABLED,
        @JsonProperty("Preferred")
        PREFERRED,
        @JsonProperty("Required")
        REQUIRED
    }

    /** A taint that is tolerated; the fields mean what they mean in a pod. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "!has(self.operator) || self.operator != 'Exists' || !has(self.value)",
            fieldPath = ".value",
            message = "scheduling.tolerations: operator Exists takes no value: remove value, or use operator Equal")
    @ValidationRule(
            value = "has(self.key) || (has(self.operator) && self.operator == 'Exists')",
            fieldPath = ".operator",
            message = "scheduling.tolerations: without a key the operator must be Exists (it tolerates every taint):"
                    + " add key, or set operator to Exists")
    @ValidationRule(
            value = "!has(self.tolerationSeconds) || (has(self.effect) && self.effect == 'NoExecute')",
            fieldPath = ".tolerationSeconds",
            message = "scheduling.tolerations: tolerationSeconds only with effect NoExecute: remove it, or set effect")
    public record Toleration(
            @JsonPropertyDescription("Key of the taint. Absent, with operator Exists: every taint.")
            @Size(min = 1, max = 316)
            @Nullable
            String key,

            @JsonPropertyDescription("Equal: key and value match. Exists: the key does.") @Default("Equal")
            TolerationOperator operator,

            @JsonPropertyDescription("Value of the taint, with operator Equal.") @Size(max = 63) @Nullable
            String value,

            @JsonPropertyDescription("Effect of the taint. Absent: every effect.") @Nullable
            TaintEffect effect,

            @JsonPropertyDescription(
                    "How long a pod stays on a node with this taint, in seconds; with effect NoExecute."
                            + " Absent: for ever.")
            @Min(0)
            @Max(31_536_000)
            @Nullable
            Integer tolerationSeconds) {

        public Toleration {
            operator = Defaults.or(operator, TolerationOperator.EQUAL);
        }
    }

    public enum TolerationOperator {
        @JsonProperty("Equal")
        EQUAL("Equal"),
        @JsonProperty("Exists")
        EXISTS("Exists");

        private final String text;

        TolerationOperator(String text) {
            this.text = text;
        }

        /** The value as Kubernetes spells it. */
        @Override
        public String toString() {
            return text;
        }
    }

    public enum TaintEffect {
        @JsonProperty("NoSchedule")
        NO_SCHEDULE("NoSchedule"),
        @JsonProperty("PreferNoSchedule")
        PREFER_NO_SCHEDULE("PreferNoSchedule"),
        @JsonProperty("NoExecute")
        NO_EXECUTE("NoExecute");

        private final String text;

        TaintEffect(String text) {
            this.text = text;
        }

        /** The value as Kubernetes spells it. */
        @Override
        public String toString() {
            return text;
        }
    }
}
