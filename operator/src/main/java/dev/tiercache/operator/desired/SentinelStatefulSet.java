package dev.tiercache.operator.desired;

import dev.tiercache.operator.crd.CacheDeploymentSpec;
import dev.tiercache.operator.crd.RedisSpec;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The Sentinel pods. They run the image of Redis, and are restarted by the operator, one at a time, as Redis is.
 *
 * <p>Where Redis keeps its data, a Sentinel keeps what it knows on a volume, too: who was master outlives the loss of
 * every pod, as the data do. Without data there is nothing to remember it for.
 */
final class SentinelStatefulSet {
    static final String CONTAINER = Names.COMPONENT_SENTINEL;
    static final String DIRECTORY = "/etc/sentinel";

    private static final long USER = 999;
    private static final long GRACE_SECONDS = 10;
    /** Smaller ones are not sold everywhere; the file has a few KiB. */
    private static final Quantity VOLUME_SIZE = new Quantity("64Mi");

    private static final Quantity CPU = new Quantity("50m");
    private static final Quantity MEMORY = new Quantity("64Mi");
    /** Raised only when pods must restart to get what a newer operator renders. */
    private static final int TEMPLATE_REVISION = 1;

    private SentinelStatefulSet() {}

    static String restartHash(CacheDeploymentSpec spec, String image) {
        return Hashes.brief(String.join(
                "\n",
                "revision=" + TEMPLATE_REVISION,
                "image=" + image,
                "durable=" + spec.redis().persistence().isDurable(),
                "scheduling=" + RedisStatefulSet.placement(spec.scheduling())));
    }

    static StatefulSet of(Names names, CacheDeploymentSpec spec, String image, String restartHash) {
        RedisSpec.Persistence persistence = spec.redis().persistence();
        StatefulSetBuilder builder = StatefulSets.of(
                names,
                names.sentinel(),
                Names.COMPONENT_SENTINEL,
                names.sentinel(),
                spec.effectiveSentinel().replicas(),
                restartHash,
                podSpec(names, spec, image));
        if (persistence.isDurable()) {
            builder.editSpec()
                    // Addresses go with the resource: what was kept would name Redis pods that nobody has any more.
                    .withNewPersistentVolumeClaimRetentionPolicy()
                    .withWhenDeleted("Delete")
                    .withWhenScaled("Delete")
                    .endPersistentVolumeClaimRetentionPolicy()
                    .withVolumeClaimTemplates(Pods.claim(
                            names,
                            Names.COMPONENT_SENTINEL,
                            persistence.effectiveVolume().storageClassName(),
                            VOLUME_SIZE))
                    .endSpec();
        }
        return builder.build();
    }

    private static PodSpec podSpec(Names names, CacheDeploymentSpec spec, String image) {
        return Pods.spec(USER, GRACE_SECONDS, spec.redis().image(), spec.scheduling())
                .withContainers(container(spec, image))
                .withVolumes(volumes(names, spec))
                .withAffinity(Spreading.of(names, spec.scheduling(), Names.COMPONENT_SENTINEL))
                .build();
    }

    private static Container container(CacheDeploymentSpec spec, String image) {
        ResourceRequirements resources = new ResourceRequirements();
        resources.setRequests(new TreeMap<>(Map.of("cpu", CPU, "memory", MEMORY)));
        // No CPU limit: a Sentinel that is throttled takes its own pauses for failures (TILT).
        resources.setLimits(new TreeMap<>(Map.of("memory", MEMORY)));
        return new ContainerBuilder()
                .withName(CONTAINER)
                .withImage(image)
                .withImagePullPolicy(spec.redis().image().pullPolicy().toString())
                .withCommand("/bin/sh", DIRECTORY + "/" + Scripts.SENTINEL)
                .withEnv(Pods.ownName())
                .addNewPort()
                .withName(RedisServices.SENTINEL_PORT_NAME)
                .withContainerPort(Names.SENTINEL_PORT)
                .withProtocol("TCP")
                .endPort()
                .withResources(resources)
                .withStartupProbe(Pods.script(DIRECTORY, Names.SENTINEL_PORT, "alive", 1, 60))
                .withLivenessProbe(Pods.script(DIRECTORY, Names.SENTINEL_PORT, "alive", 10, 6))
                .withReadinessProbe(Pods.script(DIRECTORY, Names.SENTINEL_PORT, "ready", 3, 2))
                .withSecurityContext(Pods.containerSecurity())
                .withTerminationMessagePolicy("FallbackToLogsOnError")
                .withVolumeMounts(StatefulSets.mounts(DIRECTORY))
                .build();
    }

    private static List<Volume> volumes(Names names, CacheDeploymentSpec spec) {
        Volume acl = new VolumeBuilder()
                .withName("acl")
                .withNewSecret()
                .withSecretName(names.redisAcl())
                .withDefaultMode(Pods.SECRET_MODE)
                .addNewItem()
                .withKey(AclFile.SENTINEL_FILE)
                .withPath(AclFile.SENTINEL_FILE)
                .endItem()
                .endSecret()
                .build();
        return StatefulSets.volumes(
                spec, names.sentinel(), acl, Pods.passwords(names, AclFile.EXPORTER, AclFile.SENTINEL));
    }
}
