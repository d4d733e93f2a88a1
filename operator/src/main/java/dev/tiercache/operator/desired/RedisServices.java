package dev.tiercache.operator.desired;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Addresses of Redis: the master, all pods by name, and each pod. */
final class RedisServices {
    static final String PORT_NAME = "redis";
    /** Set on pods by the StatefulSet controller. */
    private static final String LABEL_POD_NAME = "statefulset.kubernetes.io/pod-name";

    private RedisServices() {}

    static List<HasMetadata> of(Names names) {
        return List.of(master(names), nodes(names), pod(names, 0));
    }

    /** With one Redis that is the master: it is selected without a role label, so that clients never wait for us. */
    private static Service master(Names names) {
        return service(names, names.redis(), names.selector(Names.COMPONENT_REDIS), false, false);
    }

    /** Names of pods that are not ready resolve too: that is when one has to find them. */
    private static Service nodes(Names names) {
        return service(names, names.redisNodes(), names.selector(Names.COMPONENT_REDIS), true, true);
    }

    /** An address that a pod keeps for life, whatever its IP. */
    private static Service pod(Names names, int ordinal) {
        Map<String, String> selector = new TreeMap<>(names.selector(Names.COMPONENT_REDIS));
        selector.put(LABEL_POD_NAME, names.redisPod(ordinal));
        return service(names, names.redisPod(ordinal), selector, false, true);
    }

    private static Service service(
            Names names, String name, Map<String, String> selector, boolean headless, boolean publishNotReady) {
        return new ServiceBuilder()
                .withMetadata(names.owned(name, Names.COMPONENT_REDIS).build())
                .withNewSpec()
                .withType("ClusterIP")
                .withClusterIP(headless ? "None" : null)
                // The server leaves out what is false, and what was applied would never match.
                .withPublishNotReadyAddresses(publishNotReady ? true : null)
                .withSelector(selector)
                .withPorts(port())
                .endSpec()
                .build();
    }

    private static ServicePort port() {
        return new ServicePortBuilder()
                .withName(PORT_NAME)
                .withProtocol("TCP")
                .withPort(Names.REDIS_PORT)
                .withTargetPort(new IntOrString(PORT_NAME))
                .build();
    }
}
