package dev.tiercache.operator.desired;

import dev.tiercache.operator.crd.DisruptionSpec;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.List;
import java.util.stream.Stream;

/** What drains may take: one Redis and one Sentinel at a time. A pod that is not ready anyway never blocks a drain. */
final class Budgets {
    private Budgets() {}

    static List<HasMetadata> of(Names names, DisruptionSpec disruption) {
        if (disruption.budget().mode() == DisruptionSpec.BudgetMode.DISABLED) {
            return List.of();
        }
        return Stream.of(Names.COMPONENT_REDIS, Names.COMPONENT_SENTINEL)
                .map(component -> budget(names, component))
                .toList();
    }

    private static HasMetadata budget(Names names, String component) {
        return new PodDisruptionBudgetBuilder()
                .withMetadata(names.owned(names.instance() + "-" + component, component)
                        .build())
                .withNewSpec()
                .withMaxUnavailable(new IntOrString(1))
                .withUnhealthyPodEvictionPolicy("AlwaysAllow")
                .withNewSelector()
                .withMatchLabels(names.selector(component))
                .endSelector()
                .endSpec()
                .build();
    }
}
