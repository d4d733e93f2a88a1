package dev.tiercache.operator.act;

import dev.tiercache.operator.desired.Names;
import dev.tiercache.operator.observe.PodReader;
import dev.tiercache.operator.observe.Resources;
import dev.tiercache.operator.plan.Action.PodRef;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The requests that change a pod. Each names the pod's UID, so that the API server refuses it for a successor under the
 * same name.
 */
final class PodChanges {
    /** Field managers of their own: a template applied to the StatefulSet never fights over these fields. */
    private static final String ROLE_MANAGER = "tiercache-operator-role";

    private static final String FILES_MANAGER = "tiercache-operator-files";

    private final KubernetesClient client;
    private final String namespace;

    PodChanges(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    /** Deletes the pod, as {@code kubectl delete pod} does; its StatefulSet makes it anew. */
    void delete(PodRef pod) {
        var options = new DeleteOptionsBuilder()
                .withNewPreconditions()
                .withUid(pod.uid())
                .endPreconditions()
                .build();
        // The typed client knows no UID precondition.
        client.raw("/api/v1/namespaces/" + namespace + "/pods/" + pod.name(), "DELETE", options);
    }

    /** Asks for other CPU and memory; the kubelet carries it out without a restart. */
    void resize(PodRef pod, Resources resources) {
        var container = Map.of(
                "name",
                Names.COMPONENT_REDIS,
                "resources",
                Map.of("requests", quantities(resources.requests()), "limits", quantities(resources.limits())));
        var patch = Map.of("metadata", Map.of("uid", pod.uid()), "spec", Map.of("containers", List.of(container)));
        client.pods()
                .inNamespace(namespace)
                .withName(pod.name())
                .subresource("resize")
                .patch(
                        PatchContext.of(PatchType.STRATEGIC_MERGE),
                        client.getKubernetesSerialization().asJson(patch));
    }

    /** Writes the role label, on the pod's volume too: that tells who was master when there is no pod any more. */
    void label(PodRef pod, String role) {
        apply(pod, ROLE_MANAGER, meta -> meta.addToLabels(Names.LABEL_ROLE, role));
        try {
            client.persistentVolumeClaims()
                    .inNamespace(namespace)
                    .withName(Names.claimOf(pod.name()))
                    .patch(
                            PatchContext.of(PatchType.JSON_MERGE),
                            "{\"metadata\":{\"labels\":{\"" + Names.LABEL_ROLE + "\":\"" + role + "\"}}}");
        } catch (KubernetesClientException failure) {
            if (failure.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw failure;
            }
            // Without persistence there is none.
        }
    }

    /** Writes the annotation whose change makes the kubelet sync the pod, and so its mounted files, at once. */
    void touch(PodRef pod, String hash) {
        apply(pod, FILES_MANAGER, meta -> meta.addToAnnotations(PodReader.FILES_HASH, hash));
    }

    private void apply(PodRef pod, String manager, UnaryOperator<ObjectMetaBuilder> change) {
        var meta = new ObjectMetaBuilder()
                .withName(pod.name())
                .withNamespace(namespace)
                .withUid(pod.uid());
        Pod stub = new PodBuilder().withMetadata(change.apply(meta).build()).build();
        client.resource(stub).fieldManager(manager).forceConflicts().serverSideApply();
    }

    private static Map<String, String> quantities(Map<String, Long> numbers) {
        var result = new HashMap<String, String>();
        numbers.forEach((name, number) -> result.put(name, name.equals("cpu") ? number + "m" : number.toString()));
        return result;
    }
}
