package dev.tiercache.operator.reconcile;

import dev.tiercache.operator.crd.CacheDeployment;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import java.util.Set;
import java.util.function.Consumer;

/** Tells when a resource is gone; without a finalizer no reconciliation does. It triggers none itself. */
final class Deletions extends AbstractEventSource<Void, CacheDeployment>
        implements ResourceEventAware<CacheDeployment> {
    private final Consumer<CacheDeployment> onGone;

    Deletions(Consumer<CacheDeployment> onGone) {
        super(Void.class, "deletions");
        this.onGone = onGone;
    }

    @Override
    public void onResourceDeleted(CacheDeployment gone) {
        onGone.accept(gone);
    }

    @Override
    public Set<Void> getSecondaryResources(CacheDeployment cache) {
        return Set.of();
    }
}
