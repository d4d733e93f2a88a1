package dev.tiercache.operator.desired;

import dev.tiercache.operator.crd.SchedulingSpec;
import dev.tiercache.operator.crd.SchedulingSpec.Apart;
import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodAffinityTermBuilder;
import io.fabric8.kubernetes.api.model.WeightedPodAffinityTerm;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How pods keep apart: those of one kind from one another, and Sentinels from the Redis pods that they watch. */
final class Spreading {
    private static final String HOST = "kubernetes.io/hostname";
    private static final String ZONE = "topology.kubernetes.io/zone";
    private static final int OWN_KIND = 100;
    /** Less than to keep apart from one's own: with as many nodes as Sentinels there is nothing to choose. */
    private static final int OTHER_KIND = 10;

    private Spreading() {}

    /** The affinity of pods of one kind, or null for none. */
    static @Nullable Affinity of(Names names, SchedulingSpec scheduling, String component) {
        List<PodAffinityTerm> required = new ArrayList<>();
        List<WeightedPodAffinityTerm> preferred = new ArrayList<>();
        add(term(names, component, HOST), scheduling.spread().host(), required, preferred);
        add(term(names, component, ZONE), scheduling.spread().zone(), required, preferred);
        if (component.equals(Names.COMPONENT_SENTINEL) && scheduling.spread().host() != Apart.DISABLED) {
            // A node that is lost takes then no vote together with the master.
            preferred.add(new WeightedPodAffinityTerm(term(names, Names.COMPONENT_REDIS, HOST), OTHER_KIND));
        }
        if (required.isEmpty() && preferred.isEmpty()) {
            return null;
        }
        return new AffinityBuilder()
                .withNewPodAntiAffinity()
                .withRequiredDuringSchedulingIgnoredDuringExecution(required)
                .withPreferredDuringSchedulingIgnoredDuringExecution(preferred)
                .endPodAntiAffinity()
                .build();
    }

    private static void add(
            PodAffinityTerm term,
            Apart apart,
            List<PodAffinityTerm> required,
            List<WeightedPodAffinityTerm> preferred) {
        switch (apart) {
            case DISABLED -> {}
            case PREFERRED -> preferred.add(new WeightedPodAffinityTerm(term, OWN_KIND));
            case REQUIRED -> required.add(term);
        }
    }

    private static PodAffinityTerm term(Names names, String component, String topology) {
        return new PodAffinityTermBuilder()
                .withTopologyKey(topology)
                .withNewLabelSelector()
                .withMatchLabels(names.selector(component))
                .endLabelSelector()
                .build();
    }
}
