package dev.tiercache.operator.desired;

import dev.tiercache.operator.crd.CacheDeploymentSpec;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the pods of Redis and of the Sentinels have in common. All are created at once and none is replaced by the
 * controller (Parallel, OnDelete): when a pod restarts, and in which order, is the operator's decision.
 */
final class StatefulSets {
    static final String DATA_VOLUME = "data";
    static final String AUTH_DIRECTORY = "/etc/tiercache/auth";

    private StatefulSets() {}

    /**
     * A StatefulSet without claims for volumes.
     *
     * @param component which is also the name of its container
     * @param service headless, for the names of the pods
     */
    static StatefulSetBuilder of(
            Names names, String name, String component, String service, int replicas, String restartHash, PodSpec pod) {
        return new StatefulSetBuilder()
                .withMetadata(names.owned(name, component).build())
                .withNewSpec()
                .withReplicas(replicas)
                .withServiceName(service)
                .withPodManagementPolicy("Parallel")
                .withNewUpdateStrategy()
                .withType("OnDelete")
                .endUpdateStrategy()
                .withNewSelector()
                .withMatchLabels(names.selector(component))
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(names.labels(component))
                .withAnnotations(new TreeMap<>(Map.of(
                        Names.ANNOTATION_RESTART_HASH,
                        restartHash,
                        "kubectl.kubernetes.io/default-container",
                        component)))
                .endMetadata()
                .withSpec(pod)
                .endTemplate()
                .endSpec();
    }

    /** Where a container finds its {@link #volumes}. */
    static List<VolumeMount> mounts(String configDirectory) {
        return List.of(
                Pods.readOnly("config", configDirectory),
                Pods.readOnly("acl", RedisConfig.ACL_DIRECTORY),
                Pods.readOnly("auth", AUTH_DIRECTORY),
                new VolumeMountBuilder()
                        .withName(DATA_VOLUME)
                        .withMountPath(RedisConfig.DATA_DIRECTORY)
                        .build());
    }

    /**
     * Directories, never a subPath: files under a subPath are not refreshed when the Secret changes.
     *
     * @param configMap name of the ConfigMap with the scripts and settings
     */
    static List<Volume> volumes(CacheDeploymentSpec spec, String configMap, Volume acl, Volume passwords) {
        List<Volume> volumes = new ArrayList<>();
        volumes.add(new VolumeBuilder()
                .withName("config")
                .withNewConfigMap()
                .withName(configMap)
                .withDefaultMode(Pods.CONFIG_MODE)
                .endConfigMap()
                .build());
        volumes.add(acl);
        volumes.add(passwords);
        if (!spec.redis().persistence().isDurable()) {
            volumes.add(new VolumeBuilder()
                    .withName(DATA_VOLUME)
                    .withNewEmptyDir()
                    .endEmptyDir()
                    .build());
        }
        return volumes;
    }
}
