package dev.tiercache.operator.reconcile;

import dev.tiercache.operator.crd.CacheDeployment;
import dev.tiercache.operator.crd.CacheDeploymentStatus;
import dev.tiercache.operator.leader.Leadership;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.net.HttpURLConnection;

/** Writes a status that is another one than before, server-side applied, and remembers it. */
final class StatusWriter {
    private final Leadership leadership;

    StatusWriter(Leadership leadership) {
        this.leadership = leadership;
    }

    void write(CacheDeployment cache, CacheDeploymentStatus status, Context<CacheDeployment> context) {
        if (status.equals(cache.getStatus()) || !leadership.mayWrite()) {
            return;
        }
        var fresh = new CacheDeployment();
        fresh.setMetadata(new ObjectMetaBuilder()
                .withName(cache.getMetadata().getName())
                .withNamespace(cache.getMetadata().getNamespace())
                // A resource of the same name that was made meanwhile is not meant.
                .withUid(cache.getMetadata().getUid())
                .build());
        fresh.setSpec(null);
        fresh.setStatus(status);
        try {
            var written = context.getClient()
                    .resource(fresh)
                    .subresource("status")
                    .patch(new PatchContext.Builder()
                            .withPatchType(PatchType.SERVER_SIDE_APPLY)
                            .withFieldManager(
                                    context.getControllerConfiguration().fieldManager())
                            .withForce(true)
                            .build());
            // The next reconciliation must not start from the status before this one.
            context.eventSourceRetriever()
                    .getControllerEventSource()
                    .handleRecentResourceUpdate(ResourceID.fromResource(cache), written, cache);
        } catch (KubernetesClientException failure) {
            boolean gone = failure.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                    || failure.getCode() == HttpURLConnection.HTTP_CONFLICT;
            if (!gone) {
                throw failure;
            }
        }
    }
}
