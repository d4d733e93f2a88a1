package dev.tiercache.operator.reconcile;

import dev.tiercache.operator.crd.CacheDeployment;
import dev.tiercache.operator.desired.Names;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import java.util.List;

/** Whose an object is that has one of our names. */
enum Ownership {
    /** This resource owns it, or it carries our labels and nobody owns it. */
    OURS,
    /** An earlier resource of the same name owned it: the garbage collector is about to remove it. */
    PREDECESSOR,
    /** Somebody else's. */
    FOREIGN;

    static Ownership of(HasMetadata object, CacheDeployment cache) {
        if (isOwnedBy(object, cache)) {
            return OURS;
        }
        List<OwnerReference> owners = owners(object);
        if (owners.isEmpty()) {
            return isLabelledFor(object, cache) ? OURS : FOREIGN;
        }
        boolean sameName = owners.stream()
                .allMatch(owner -> owner.getKind().equals(cache.getKind())
                        && owner.getApiVersion().startsWith(CacheDeployment.GROUP + "/")
                        && owner.getName().equals(cache.getMetadata().getName()));
        return sameName ? PREDECESSOR : FOREIGN;
    }

    /** Whether this very resource, not one of the same name, owns the object. */
    static boolean isOwnedBy(HasMetadata object, CacheDeployment cache) {
        return owners(object).stream()
                .anyMatch(owner -> owner.getUid().equals(cache.getMetadata().getUid()));
    }

    private static boolean isLabelledFor(HasMetadata object, CacheDeployment cache) {
        var labels = object.getMetadata().getLabels();
        return labels != null
                && Names.MANAGER.equals(labels.get(Names.LABEL_MANAGED_BY))
                && cache.getMetadata().getName().equals(labels.get(Names.LABEL_INSTANCE));
    }

    private static List<OwnerReference> owners(HasMetadata object) {
        var owners = object.getMetadata().getOwnerReferences();
        return owners == null ? List.of() : owners;
    }
}
