package dev.tiercache.operator.crd;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;

/** What drains of nodes may take away at a time, in mode Sentinel. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record DisruptionSpec(
        @JsonPropertyDescription("The PodDisruptionBudgets of Redis and of the Sentinels.") @Default("{}")
        Budget budget) {

    static final DisruptionSpec DEFAULT = new DisruptionSpec(new Budget(BudgetMode.MANAGED));

    public DisruptionSpec {
        budget = Defaults.or(budget, new Budget(BudgetMode.MANAGED));
    }

    /** Budgets that the operator keeps, or leaves to the user. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Budget(
            @JsonPropertyDescription("Managed: at most one Redis pod and one Sentinel pod at a time; a pod that is"
                    + " broken anyway never blocks a drain. Disabled: none; make your own.")
            @Default("Managed")
            BudgetMode mode) {

        public Budget {
            mode = Defaults.or(mode, BudgetMode.MANAGED);
        }
    }

    public enum BudgetMode {
        @JsonProperty("Managed")
        MANAGED,
        @JsonProperty("Disabled")
        DISABLED
    }
}
