package dev.tiercache.operator.desired;

import dev.tiercache.operator.crd.ImageSpec;
import dev.tiercache.operator.crd.SchedulingSpec;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What all pods have in common: the Pod Security Standard "restricted", and where they may run. */
final class Pods {
    /** Files of Secrets: for the owner and the group of the pod. */
    static final int SECRET_MODE = 0440;
    /** Files of ConfigMaps: for all. */
    static final int CONFIG_MODE = 0444;

    private Pods() {}

    /**
     * A pod without its containers and volumes.
     *
     * @param user uid and gid of its processes
     * @param graceSeconds how long they have to end, in seconds
     */
    static PodSpecBuilder spec(long user, long graceSeconds, ImageSpec image, SchedulingSpec scheduling) {
        return new PodSpecBuilder()
                .withAutomountServiceAccountToken(false)
                // Otherwise a Service called "server" would set SERVER_PORT.
                .withEnableServiceLinks(false)
                .withTerminationGracePeriodSeconds(graceSeconds)
                .withSecurityContext(podSecurity(user))
                .withImagePullSecrets(pullSecrets(image))
                .withNodeSelector(scheduling.nodeSelector())
                .withTolerations(tolerations(scheduling))
                .withPriorityClassName(scheduling.priorityClassName());
    }

    /** The variable POD_NAME, from which scripts know which pod they are in. */
    static EnvVar ownName() {
        return new EnvVarBuilder()
                .withName("POD_NAME")
                .withNewValueFrom()
                .withNewFieldRef("v1", "metadata.name")
                .endValueFrom()
                .build();
    }

    static VolumeMount readOnly(String volume, String directory) {
        return new VolumeMountBuilder()
                .withName(volume)
                .withMountPath(directory)
                .withReadOnly(true)
                .build();
    }

    /** The volume {@code auth}: generated passwords, a file for each of these users and no others. */
    static Volume passwords(Names names, String... users) {
        return new VolumeBuilder()
                .withName("auth")
                .withNewSecret()
                .withSecretName(names.auth())
                .withDefaultMode(SECRET_MODE)
                .withItems(Stream.of(users)
                        .map(user -> new KeyToPath(user, null, user))
                        .toList())
                .endSecret()
                .build();
    }

    /**
     * The probe of a Redis or a Sentinel by its script.
     *
     * @param directory where the script lies
     * @param port of the server
     * @param question {@code alive} or {@code ready}
     */
    static Probe script(String directory, int port, String question, int periodSeconds, int failures) {
        List<String> command = new ArrayList<>(List.of("/bin/sh", directory + "/" + Scripts.PROBE, question));
        if (port != Names.REDIS_PORT) {
            command.add(Integer.toString(port));
        }
        return new ProbeBuilder()
                .withNewExec()
                .withCommand(command)
                .endExec()
                .withPeriodSeconds(periodSeconds)
                .withTimeoutSeconds(5)
                .withFailureThreshold(failures)
                .build();
    }

    /** The template of the volume claims of a component. */
    static PersistentVolumeClaim claim(Names names, String component, @Nullable String storageClass, Quantity size) {
        return new PersistentVolumeClaimBuilder()
                .withApiVersion("v1")
                .withKind("PersistentVolumeClaim")
                .withNewMetadata()
                .withName(StatefulSets.DATA_VOLUME)
                .withLabels(names.labels(component))
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadWriteOnce")
                .withVolumeMode("Filesystem")
                .withStorageClassName(storageClass)
                .withNewResources()
                .withRequests(Map.of("storage", size))
                .endResources()
                .endSpec()
                .build();
    }

    private static PodSecurityContext podSecurity(long user) {
        return new PodSecurityContextBuilder()
                .withRunAsNonRoot(true)
                .withRunAsUser(user)
                .withRunAsGroup(user)
                .withFsGroup(user)
                // Otherwise the kubelet walks through all the data at each start.
                .withFsGroupChangePolicy("OnRootMismatch")
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .build();
    }

    static SecurityContext containerSecurity() {
        return new SecurityContextBuilder()
                .withAllowPrivilegeEscalation(false)
                .withReadOnlyRootFilesystem(true)
                .withNewCapabilities()
                .withDrop("ALL")
                .endCapabilities()
                .build();
    }

    private static List<LocalObjectReference> pullSecrets(ImageSpec image) {
        return image.pullSecrets().stream()
                .map(secret -> new LocalObjectReference(secret.name()))
                .toList();
    }

    private static List<Toleration> tolerations(SchedulingSpec scheduling) {
        return scheduling.tolerations().stream().map(Pods::toleration).toList();
    }

    private static Toleration toleration(SchedulingSpec.Toleration toleration) {
        return new TolerationBuilder()
                .withKey(toleration.key())
                .withOperator(toleration.operator().toString())
                .withValue(toleration.value())
                .withEffect(
                        toleration.effect() == null ? null : toleration.effect().toString())
                .withTolerationSeconds(
                        toleration.tolerationSeconds() == null
                                ? null
                                : toleration.tolerationSeconds().longValue())
                .build();
    }
}
