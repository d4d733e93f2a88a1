package dev.tiercache.operator.desired;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Addresses of Redis and of the Sentinels: the master, the replicas, all pods by name, and each pod. */
final class RedisServices {
    static final String PORT_NAME = "redis";

    static final String SENTINEL_PORT_NAME = "sentinel";

    private static final ServicePort REDIS = port(PORT_NAME, Names.REDIS_PORT);

    private static final ServicePort SENTINEL = port(SENTINEL_PORT_NAME, Names.SENTINEL_PORT);

    /** Set on pods by the StatefulSet controller. */
    private static final String LABEL_POD_NAME = "statefulset.kubernetes.io/pod-name";

    private RedisServices() {}

    /** @param replicas Redis pods that there shall be or still are */
    static List<HasMetadata> of(Names names, boolean sentinel, int replicas, Map<String, String> addresses) {
        List<HasMetadata> services = new ArrayList<>();
        services.add(master(names, sentinel));
        services.add(nodes(names));
        if (sentinel) {
            services.add(role(names, names.redisReplicas(), Names.ROLE_REPLICA, false));
        }
        for (int ordinal = 0; ordinal < replicas; ordinal++) {
            services.add(pod(names, names.redisPod(ordinal), Names.COMPONENT_REDIS, addresses));
        }
        return services;
    }

    /** The address of each Sentinel, and of them all for clients that know no single one. */
    static List<HasMetadata> ofSentinels(Names names, int replicas, Map<String, String> addresses) {
        List<HasMetadata> services = new ArrayList<>();
        services.add(service(
                names,
                names.sentinel(),
                Names.COMPONENT_SENTINEL,
                names.selector(Names.COMPONENT_SENTINEL),
                null,
                false));
        for (int ordinal = 0; ordinal < replicas; ordinal++) {
            services.add(pod(names, names.sentinelPod(ordinal), Names.COMPONENT_SENTINEL, addresses));
        }
        return services;
    }

    /**
     * One Redis is the master: it is selected without a role label, so that clients never wait for us. Of several, the
     * label says which; whether the kubelet has already found it ready is no matter then.
     */
    private static Service master(Names names, boolean sentinel) {
        return sentinel
                ? role(names, names.redis(), Names.ROLE_MASTER, true)
                : service(
                        names,
                        names.redis(),
                        Names.COMPONENT_REDIS,
                        names.selector(Names.COMPONENT_REDIS),
                        null,
                        false);
    }

    private static Service role(Names names, String name, String role, boolean publishNotReady) {
        Map<String, String> selector = new TreeMap<>(names.selector(Names.COMPONENT_REDIS));
        selector.put(Names.LABEL_ROLE, role);
        return service(names, name, Names.COMPONENT_REDIS, selector, null, publishNotReady);
    }

    /** Names of pods that are not ready resolve too: that is when one has to find them. */
    private static Service nodes(Names names) {
        return service(
                names, names.redisNodes(), Names.COMPONENT_REDIS, names.selector(Names.COMPONENT_REDIS), "None", true);
    }

    /**
     * An address that a pod keeps for life, whatever its IP. Once known it is asked for by number: should somebody
     * delete the Service, the same address comes back, and Redis and the Sentinels notice nothing.
     */
    private static Service pod(Names names, String pod, String component, Map<String, String> addresses) {
        Map<String, String> selector = new TreeMap<>(names.selector(component));
        selector.put(LABEL_POD_NAME, pod);
        return service(names, pod, component, selector, addresses.get(pod), true);
    }

    private static Service service(
            Names names,
            String name,
            String component,
            Map<String, String> selector,
            @Nullable String address,
            boolean publishNotReady) {
        return new ServiceBuilder()
                .withMetadata(names.owned(name, component).build())
                .withNewSpec()
                .withType("ClusterIP")
                .withClusterIP(address)
                // The server leaves out what is false, and what was applied would never match.
                .withPublishNotReadyAddresses(publishNotReady ? true : null)
                .withSelector(selector)
                .withPorts(component.equals(Names.COMPONENT_SENTINEL) ? SENTINEL : REDIS)
                .endSpec()
                .build();
    }

    private static ServicePort port(String name, int number) {
        return new ServicePortBuilder()
                .withName(name)
                .withProtocol("TCP")
                .withPort(number)
                .withTargetPort(new IntOrString(name))
                .build();
    }
}
