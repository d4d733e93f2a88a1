package dev.tiercache.operator.desired;

import dev.tiercache.operator.crd.ApiSpec;
import dev.tiercache.operator.crd.CacheDeploymentSpec;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LifecycleBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.SleepAction;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The API pods. What may change while they run comes by files that they re-read; the template holds the rest, so a pod
 * is replaced only for what it cannot take over.
 */
final class ApiDeployment {
    static final String CONTAINER = "api";
    static final String PORT_NAME = "http";
    /** There are always that many: fewer than three decide nothing. */
    private static final int SENTINELS = 3;

    /** The user nonroot of minimal images. */
    private static final long USER = 65532;
    /** Time for the endpoints to leave every proxy before the server stops taking connections. */
    private static final long PRE_STOP_SECONDS = 5;
    /** preStop and the graceful shutdown of the service (20 s), and 5 s to spare. */
    private static final long GRACE_SECONDS = 30;

    /** Where nothing is said: a pod that asks for nothing is the first to starve and to be evicted on a busy node. */
    private static final Map<String, Quantity> REQUESTS =
            new TreeMap<>(Map.of("cpu", new Quantity("50m"), "memory", new Quantity("384Mi")));

    private static final String CONFIG_DIRECTORY = "/etc/tiercache/config";
    private static final String AUTH_DIRECTORY = "/etc/tiercache/auth";

    private ApiDeployment() {}

    static Deployment of(Names names, CacheDeploymentSpec spec, String image, Map<String, String> addresses) {
        return new DeploymentBuilder()
                .withMetadata(names.owned(names.api(), Names.COMPONENT_API).build())
                .withNewSpec()
                .withReplicas(spec.api().replicas())
                .withNewStrategy()
                .withType("RollingUpdate")
                .withNewRollingUpdate()
                .withMaxUnavailable(new IntOrString(0))
                .withMaxSurge(new IntOrString(1))
                .endRollingUpdate()
                .endStrategy()
                .withNewSelector()
                .withMatchLabels(names.selector(Names.COMPONENT_API))
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .withLabels(names.labels(Names.COMPONENT_API))
                .withAnnotations(Map.of("kubectl.kubernetes.io/default-container", CONTAINER))
                .endMetadata()
                .withSpec(podSpec(names, spec, image, addresses))
                .endTemplate()
                .endSpec()
                .build();
    }

    private static PodSpec podSpec(Names names, CacheDeploymentSpec spec, String image, Map<String, String> addresses) {
        return Pods.spec(USER, GRACE_SECONDS, spec.api().image(), spec.scheduling())
                .withContainers(container(names, spec, image, addresses))
                .withVolumes(volumes(names, spec))
                .withAffinity(Spreading.of(names, spec.scheduling(), Names.COMPONENT_API))
                .build();
    }

    private static Container container(
            Names names, CacheDeploymentSpec spec, String image, Map<String, String> addresses) {
        ApiSpec api = spec.api();
        return new ContainerBuilder()
                .withName(CONTAINER)
                .withImage(image)
                .withImagePullPolicy(api.image().pullPolicy().toString())
                .withEnv(environment(names, spec, addresses))
                .addNewPort()
                .withName(PORT_NAME)
                .withContainerPort(Names.API_PORT)
                .withProtocol("TCP")
                .endPort()
                .addNewPort()
                .withName("management")
                .withContainerPort(Names.MANAGEMENT_PORT)
                .withProtocol("TCP")
                .endPort()
                .withResources(resources(api.resources()))
                .withStartupProbe(probe("/livez", 1, 180))
                // Slow to kill: a busy node starves a healthy process too, and restarts would make it busier.
                .withLivenessProbe(probe("/livez", 10, 6))
                // Does not depend on Redis: without it the API still answers, from L1 or by computing.
                .withReadinessProbe(probe("/readyz", 2, 2))
                .withLifecycle(new LifecycleBuilder()
                        .withNewPreStop()
                        .withSleep(new SleepAction(PRE_STOP_SECONDS))
                        .endPreStop()
                        .build())
                .withSecurityContext(Pods.containerSecurity())
                .withTerminationMessagePolicy("FallbackToLogsOnError")
                .withVolumeMounts(mounts(spec))
                .build();
    }

    private static ResourceRequirements resources(ApiSpec.Resources given) {
        boolean nothing = given.requests().isEmpty() && given.limits().isEmpty();
        ResourceRequirements resources = new ResourceRequirements();
        resources.setRequests(nothing ? REQUESTS : given.requests());
        resources.setLimits(given.limits());
        return resources;
    }

    private static List<EnvVar> environment(Names names, CacheDeploymentSpec spec, Map<String, String> addresses) {
        List<EnvVar> environment = new ArrayList<>();
        environment.add(variable("SERVER_PORT", Integer.toString(Names.API_PORT)));
        environment.add(variable("MANAGEMENT_PORT", Integer.toString(Names.MANAGEMENT_PORT)));
        environment.add(variable("CONFIG_FILE", CONFIG_DIRECTORY + "/" + ApiConfigMap.FILE));
        environment.add(variable("REDIS_URL", redisUrl(names, spec, addresses)));
        if (Secrets.hasPassword(spec.auth())) {
            String file = AUTH_DIRECTORY + "/" + Secrets.PASSWORD;
            environment.add(variable("REDIS_USERNAME", AclFile.CLIENT));
            environment.add(variable("REDIS_PASSWORD_FILE", file));
            if (spec.isSentinel()) {
                environment.add(variable("REDIS_SENTINEL_USERNAME", AclFile.CLIENT));
                environment.add(variable("REDIS_SENTINEL_PASSWORD_FILE", file));
            }
        }
        spec.api().env().forEach(given -> environment.add(variable(given)));
        return environment;
    }

    /**
     * Sentinels by address, so that no failover waits for DNS; and the first three only, which are there however many
     * there are: another number of Sentinels replaces no API pod.
     */
    private static String redisUrl(Names names, CacheDeploymentSpec spec, Map<String, String> addresses) {
        if (!spec.isSentinel()) {
            return "redis://" + names.redisEndpoint();
        }
        return IntStream.range(0, SENTINELS)
                .mapToObj(ordinal -> host(addresses.getOrDefault(names.sentinelPod(ordinal), "")))
                .map(host -> host + ":" + Names.SENTINEL_PORT)
                .collect(Collectors.joining(",", "redis-sentinel://", "/0#" + names.masterName()));
    }

    /** In a URL an IPv6 address stands in brackets. */
    private static String host(String address) {
        return address.contains(":") ? "[" + address + "]" : address;
    }

    private static EnvVar variable(String name, String value) {
        return new EnvVarBuilder().withName(name).withValue(value).build();
    }

    private static EnvVar variable(ApiSpec.Variable given) {
        EnvVarBuilder variable = new EnvVarBuilder().withName(given.name()).withValue(given.value());
        ApiSpec.Source source = given.valueFrom();
        if (source != null && source.secretKeyRef() != null) {
            variable.withNewValueFrom()
                    .withNewSecretKeyRef(
                            source.secretKeyRef().key(), source.secretKeyRef().name(), null)
                    .endValueFrom();
        } else if (source != null && source.configMapKeyRef() != null) {
            variable.withNewValueFrom()
                    .withNewConfigMapKeyRef(
                            source.configMapKeyRef().key(),
                            source.configMapKeyRef().name(),
                            null)
                    .endValueFrom();
        }
        return variable.build();
    }

    private static List<VolumeMount> mounts(CacheDeploymentSpec spec) {
        List<VolumeMount> mounts = new ArrayList<>();
        mounts.add(Pods.readOnly("config", CONFIG_DIRECTORY));
        if (Secrets.hasPassword(spec.auth())) {
            mounts.add(Pods.readOnly("auth", AUTH_DIRECTORY));
        }
        mounts.add(
                new VolumeMountBuilder().withName("tmp").withMountPath("/tmp").build());
        return mounts;
    }

    private static List<Volume> volumes(Names names, CacheDeploymentSpec spec) {
        List<Volume> volumes = new ArrayList<>();
        volumes.add(new VolumeBuilder()
                .withName("config")
                .withNewConfigMap()
                .withName(names.api())
                .withDefaultMode(Pods.CONFIG_MODE)
                .endConfigMap()
                .build());
        if (Secrets.hasPassword(spec.auth())) {
            volumes.add(new VolumeBuilder()
                    .withName("auth")
                    .withNewSecret()
                    .withSecretName(names.binding())
                    .withDefaultMode(Pods.SECRET_MODE)
                    .addNewItem()
                    .withKey(Secrets.PASSWORD)
                    .withPath(Secrets.PASSWORD)
                    .endItem()
                    .endSecret()
                    .build());
        }
        volumes.add(new VolumeBuilder()
                .withName("tmp")
                .withNewEmptyDir()
                .endEmptyDir()
                .build());
        return volumes;
    }

    private static Probe probe(String path, int periodSeconds, int failures) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath(path)
                .withPort(new IntOrString(PORT_NAME))
                .endHttpGet()
                .withPeriodSeconds(periodSeconds)
                .withTimeoutSeconds(3)
                .withFailureThreshold(failures)
                .build();
    }
}
