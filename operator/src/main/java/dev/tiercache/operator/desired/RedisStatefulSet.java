package dev.tiercache.operator.desired;

import dev.tiercache.operator.crd.CacheDeploymentSpec;
import dev.tiercache.operator.crd.CacheDeploymentSpec.DeletionPolicy;
import dev.tiercache.operator.crd.RedisSpec;
import dev.tiercache.operator.crd.SchedulingSpec;
import dev.tiercache.operator.crd.SentinelSpec;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerResizePolicy;
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

/** The Redis pods: when one restarts is the operator's decision, for it alone knows what Redis is doing. */
final class RedisStatefulSet {
    static final String CONTAINER = Names.COMPONENT_REDIS;

    /** The user redis of the official image and of Debian's rule for it. */
    private static final long USER = 999;
    /** A shutdown saves the data set and may wait for replicas (shutdown-timeout, 10 s). */
    private static final long GRACE_SECONDS = 60;
    /** Slowest load of a data set that start-up is sized for: a slow network disk. */
    private static final long LOAD_BYTES_PER_SECOND = 16L << 20;

    /**
     * Raised only when pods must restart to get what a newer operator renders (the layout of volumes, an owned key): an
     * upgrade of the operator restarts no Redis otherwise, whatever else it renders differently.
     */
    private static final int TEMPLATE_REVISION = 1;

    private RedisStatefulSet() {}

    /** Of what a running pod cannot take over: not amounts of CPU and memory (resized in place), not live keys (CONFIG SET). */
    static String restartHash(CacheDeploymentSpec spec, String image, RedisConfig config) {
        return Hashes.brief(String.join(
                "\n",
                "revision=" + TEMPLATE_REVISION,
                "image=" + image,
                "durable=" + spec.redis().persistence().isDurable(),
                "config=" + config.restart(),
                "nodeSelector=" + spec.scheduling().nodeSelector(),
                "tolerations="
                        + spec.scheduling().tolerations().stream()
                                .map(RedisStatefulSet::canonical)
                                .toList(),
                "priorityClassName=" + spec.scheduling().priorityClassName()
                        // A part that a pod does not have adds nothing, so that such pods keep their hash.
                        + (spec.isSentinel()
                                ? "\nmode=Sentinel\nspread="
                                        + spec.scheduling().spread().host() + "/"
                                        + spec.scheduling().spread().zone()
                                : "")
                        // A limit comes to a running pod and leaves it only with a restart.
                        + (spec.redis().cpu().limit() == null ? "" : "\ncpuLimit=true")));
    }

    /** Where pods of mode Sentinel may run, spelled out. */
    static String placement(SchedulingSpec scheduling) {
        return scheduling.nodeSelector() + " "
                + scheduling.tolerations().stream()
                        .map(RedisStatefulSet::canonical)
                        .toList()
                + " " + scheduling.priorityClassName() + " "
                + scheduling.spread().host() + "/" + scheduling.spread().zone();
    }

    /** Spelled out: the text of a record changes with the names of its components, and with it the hash of every pod. */
    private static String canonical(SchedulingSpec.Toleration toleration) {
        return toleration.key() + " " + toleration.operator() + " " + toleration.value() + " " + toleration.effect()
                + " " + toleration.tolerationSeconds();
    }

    /** @param replicas Redis pods that there shall be now */
    static StatefulSet of(Names names, CacheDeploymentSpec spec, String image, String restartHash, int replicas) {
        RedisSpec.Persistence persistence = spec.redis().persistence();
        StatefulSetBuilder builder = StatefulSets.of(
                names,
                names.redis(),
                Names.COMPONENT_REDIS,
                names.redisNodes(),
                replicas,
                restartHash,
                podSpec(names, spec, image));
        if (persistence.isDurable()) {
            builder.editSpec()
                    .withNewPersistentVolumeClaimRetentionPolicy()
                    .withWhenDeleted(spec.deletionPolicy() == DeletionPolicy.DELETE ? "Delete" : "Retain")
                    // A replica that is scaled away leaves nothing that the others do not have.
                    .withWhenScaled(spec.isSentinel() ? "Delete" : "Retain")
                    .endPersistentVolumeClaimRetentionPolicy()
                    .withVolumeClaimTemplates(Pods.claim(
                            names,
                            Names.COMPONENT_REDIS,
                            persistence.effectiveVolume().storageClassName(),
                            new Quantity(Sizing.text(
                                    Sizing.bytes(persistence.effectiveVolume().size())))))
                    .endSpec();
        }
        return builder.build();
    }

    private static PodSpec podSpec(Names names, CacheDeploymentSpec spec, String image) {
        return Pods.spec(USER, GRACE_SECONDS, spec.redis().image(), spec.scheduling())
                .withContainers(container(spec, image))
                .withVolumes(volumes(names, spec))
                // Of a single pod there is nothing to keep apart.
                .withAffinity(spec.isSentinel() ? Spreading.of(names, spec.scheduling(), Names.COMPONENT_REDIS) : null)
                .build();
    }

    private static Container container(CacheDeploymentSpec spec, String image) {
        RedisSpec redis = spec.redis();
        ContainerBuilder container = new ContainerBuilder()
                .withName(CONTAINER)
                .withImage(image)
                .withImagePullPolicy(redis.image().pullPolicy().toString())
                .withCommand(
                        spec.isSentinel()
                                ? List.of("/bin/sh", RedisConfig.DIRECTORY + "/" + Scripts.REDIS)
                                : List.of("redis-server", RedisConfig.DIRECTORY + "/" + RedisConfigMap.CONFIG_FILE))
                .addNewPort()
                .withName(RedisServices.PORT_NAME)
                .withContainerPort(Names.REDIS_PORT)
                .withProtocol("TCP")
                .endPort()
                .withResources(resources(spec))
                // The operator changes memory and CPU of a running pod; maxmemory follows without a restart.
                .withResizePolicy(
                        new ContainerResizePolicy("cpu", "NotRequired"),
                        new ContainerResizePolicy("memory", "NotRequired"))
                .withStartupProbe(Pods.script(RedisConfig.DIRECTORY, Names.REDIS_PORT, "alive", 1, startupTries(spec)))
                // Slow to kill: a rewrite or a sync of the file may hold the server for seconds.
                .withLivenessProbe(Pods.script(RedisConfig.DIRECTORY, Names.REDIS_PORT, "alive", 10, 6))
                .withReadinessProbe(Pods.script(RedisConfig.DIRECTORY, Names.REDIS_PORT, "ready", 3, 2))
                .withSecurityContext(Pods.containerSecurity())
                // The last lines of the log tell why a start failed, with the key that Redis did not take.
                .withTerminationMessagePolicy("FallbackToLogsOnError")
                .withVolumeMounts(StatefulSets.mounts(RedisConfig.DIRECTORY));
        if (spec.isSentinel()) {
            container
                    .withEnv(Pods.ownName())
                    .withNewLifecycle()
                    .withNewPreStop()
                    .withNewExec()
                    .withCommand("/bin/sh", RedisConfig.DIRECTORY + "/" + Scripts.SWITCH)
                    .endExec()
                    .endPreStop()
                    .endLifecycle();
        }
        return container.build();
    }

    private static List<Volume> volumes(Names names, CacheDeploymentSpec spec) {
        Volume acl = new VolumeBuilder()
                .withName("acl")
                .withNewSecret()
                .withSecretName(names.redisAcl())
                .withDefaultMode(Pods.SECRET_MODE)
                .endSecret()
                .build();
        Volume passwords = spec.isSentinel()
                ? Pods.passwords(names, AclFile.EXPORTER, AclFile.REPLICATION, AclFile.SENTINEL)
                : Pods.passwords(names, AclFile.EXPORTER);
        return StatefulSets.volumes(spec, names.redis(), acl, passwords);
    }

    private static ResourceRequirements resources(CacheDeploymentSpec spec) {
        RedisSpec redis = spec.redis();
        Quantity memory = new Quantity(Sizing.of(spec).memoryLimitText());
        ResourceRequirements resources = new ResourceRequirements();
        resources.setRequests(new TreeMap<>(Map.of("cpu", redis.cpu().request(), "memory", memory)));
        // Request and limit are one: a Redis that is promised less than it may take is the first to be killed.
        resources.setLimits(new TreeMap<>(Map.of("memory", memory)));
        if (redis.cpu().limit() != null) {
            resources.getLimits().put("cpu", redis.cpu().limit());
        }
        return resources;
    }

    /** One try a second: a minute, the time to load a full data set, and what a start may wait for the Sentinels. */
    private static int startupTries(CacheDeploymentSpec spec) {
        SentinelSpec sentinel = spec.effectiveSentinel();
        int wait = spec.isSentinel()
                ? Math.ceilDiv(sentinel.downAfterMillis(), 1_000) + 2 * sentinel.failoverTimeoutSeconds()
                : 0;
        return Math.toIntExact(60 + wait + Sizing.of(spec).maxMemory() / LOAD_BYTES_PER_SECOND);
    }
}
