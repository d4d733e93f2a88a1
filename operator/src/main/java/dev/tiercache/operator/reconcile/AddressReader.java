package dev.tiercache.operator.reconcile;

import dev.tiercache.operator.desired.Names;
import dev.tiercache.operator.desired.NodesFile;
import dev.tiercache.operator.observe.Caches;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Service;
import java.util.HashMap;
import java.util.Map;

/**
 * Finds the address of each pod's own Service. One that was deleted gets its former address back, which the file for the
 * pods still has: Redis and the Sentinels know one another by nothing else.
 */
final class AddressReader {
    private final Caches caches;

    AddressReader(Caches caches) {
        this.caches = caches;
    }

    /**
     * What is known.
     *
     * @param redisReplicas Redis pods that there shall be
     * @param sentinels Sentinel pods that there shall be
     * @return address by name of the pod; without the Services that have none yet
     */
    Map<String, String> read(Names names, int redisReplicas, int sentinels) {
        var map = caches.get(ConfigMap.class, names.namespace(), names.redis());
        String former =
                map == null || map.getData() == null ? "" : map.getData().getOrDefault(NodesFile.FILE, "");
        Map<String, String> addresses = new HashMap<>(NodesFile.addresses(names, former));
        for (int i = 0; i < redisReplicas; i++) {
            put(addresses, names.namespace(), names.redisPod(i));
        }
        for (int i = 0; i < sentinels; i++) {
            put(addresses, names.namespace(), names.sentinelPod(i));
        }
        return addresses;
    }

    private void put(Map<String, String> addresses, String namespace, String pod) {
        var service = caches.get(Service.class, namespace, pod);
        if (service != null && service.getSpec().getClusterIP() != null) {
            addresses.put(pod, service.getSpec().getClusterIP());
        }
    }
}
