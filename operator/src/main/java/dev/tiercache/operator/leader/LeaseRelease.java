package dev.tiercache.operator.leader;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives the lease back on an orderly stop, so that the next process leads at once instead of after a lease duration. */
public final class LeaseRelease {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseRelease.class);
    private static final int ATTEMPTS = 3;

    private LeaseRelease() {}

    /** Empties the holder of the lease if it is {@code identity}; a failure only costs the next process some seconds. */
    public static void release(KubernetesClient client, String namespace, String name, String identity) {
        var resource = client.resources(Lease.class).inNamespace(namespace).withName(name);
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            try {
                Lease lease = resource.get();
                if (lease == null || !identity.equals(lease.getSpec().getHolderIdentity())) {
                    return;
                }
                lease.getSpec().setHolderIdentity("");
                lease.getSpec().setLeaseDurationSeconds(1);
                // A renewal in flight changes the resourceVersion: the update is refused and tried again.
                client.resource(lease).update();
                LOG.atInfo().addKeyValue("lease", namespace + "/" + name).log("lease released");
                return;
            } catch (KubernetesClientException failure) {
                LOG.atInfo()
                        .addKeyValue("lease", namespace + "/" + name)
                        .addKeyValue("code", failure.getCode())
                        .log("lease not released yet");
            }
        }
    }
}
