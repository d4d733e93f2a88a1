package dev.tiercache.operator.reconcile;

import dev.tiercache.operator.crd.CacheDeployment;
import dev.tiercache.operator.crd.CacheDeploymentSpec.DeletionPolicy;
import dev.tiercache.operator.desired.Desired;
import dev.tiercache.operator.desired.Names;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What of a volume claim is the operator's to say, for a server-side apply; pure.
 *
 * <p>A claim is made from a template once, and it only grows. Its StatefulSet removes it with itself where the deletion
 * policy says so; a claim that no StatefulSet uses any more (persistence was disabled) would be left behind, so the
 * resource itself becomes its owner.
 */
final class Volumes {
    private Volumes() {}

    /** The fields to apply to an existing claim, or empty if it has them. */
    static Optional<PersistentVolumeClaim> change(PersistentVolumeClaim claim, CacheDeployment cache, Desired desired) {
        String component = component(claim);
        var template = template(desired, component);
        Quantity present = storage(claim);
        Quantity wanted = template == null ? present : storage(template);
        boolean grows = wanted.getNumericalAmount().compareTo(present.getNumericalAmount()) > 0;
        // What a Sentinel knew is of no use to a later resource.
        boolean goes =
                cache.getSpec().deletionPolicy() == DeletionPolicy.DELETE || component.equals(Names.COMPONENT_SENTINEL);
        boolean shallOwn = template == null && goes;
        if (!grows && shallOwn == Ownership.isOwnedBy(claim, cache)) {
            return Optional.empty();
        }
        var meta = claim.getMetadata();
        var fields = new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withNamespace(meta.getNamespace())
                .withName(meta.getName())
                .withUid(meta.getUid())
                .endMetadata()
                .withNewSpec()
                .withNewResources()
                .withRequests(Map.of("storage", grows ? wanted : present))
                .endResources()
                .endSpec();
        if (shallOwn) {
            fields.editMetadata()
                    .withOwnerReferences(new OwnerReferenceBuilder()
                            .withApiVersion(cache.getApiVersion())
                            .withKind(cache.getKind())
                            .withName(cache.getMetadata().getName())
                            .withUid(cache.getMetadata().getUid())
                            .build())
                    .endMetadata();
        }
        return Optional.of(fields.build());
    }

    private static String component(PersistentVolumeClaim claim) {
        var labels = claim.getMetadata().getLabels();
        return labels == null
                ? Names.COMPONENT_REDIS
                : labels.getOrDefault(Names.LABEL_COMPONENT, Names.COMPONENT_REDIS);
    }

    private static @Nullable PersistentVolumeClaim template(Desired desired, String component) {
        return desired.objects().stream()
                .filter(StatefulSet.class::isInstance)
                .map(StatefulSet.class::cast)
                .filter(set -> component.equals(set.getMetadata().getLabels().get(Names.LABEL_COMPONENT)))
                .flatMap(set -> set.getSpec().getVolumeClaimTemplates().stream())
                .findFirst()
                .orElse(null);
    }

    private static Quantity storage(PersistentVolumeClaim claim) {
        Quantity size = claim.getSpec().getResources().getRequests().get("storage");
        return size == null ? new Quantity("0") : size;
    }
}
