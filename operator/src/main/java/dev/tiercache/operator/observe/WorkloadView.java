package dev.tiercache.operator.observe;

import dev.tiercache.operator.desired.Names;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the operator needs to know of a StatefulSet or a Deployment.
 *
 * @param name its name
 * @param wanted replicas in its spec
 * @param replicas pods that there are
 * @param ready pods that are ready
 * @param rolledOut whether its controller has seen the present spec and all pods follow it
 * @param available whether it counts as available
 * @param trouble what its controller complains of, one line, or an empty text
 * @param templateHash restart hash on its pod template, or an empty text
 */
public record WorkloadView(
        String name,
        int wanted,
        int replicas,
        int ready,
        boolean rolledOut,
        boolean available,
        String trouble,
        String templateHash) {

    /** Reads a StatefulSet; with OnDelete its pods follow only when the operator replaces them. */
    public static WorkloadView of(StatefulSet set) {
        var status = set.getStatus();
        boolean seen = status != null
                && caughtUp(status.getObservedGeneration(), set.getMetadata().getGeneration());
        int wanted = orZero(set.getSpec().getReplicas());
        int ready = status == null ? 0 : orZero(status.getReadyReplicas());
        Map<String, String> annotations =
                set.getSpec().getTemplate().getMetadata().getAnnotations();
        String hash = annotations == null ? null : annotations.get(Names.ANNOTATION_RESTART_HASH);
        return new WorkloadView(
                set.getMetadata().getName(),
                wanted,
                status == null ? 0 : orZero(status.getReplicas()),
                ready,
                seen,
                seen && ready >= wanted,
                "",
                hash == null ? "" : hash);
    }

    /** Reads a Deployment. */
    public static WorkloadView of(Deployment deployment) {
        var status = deployment.getStatus();
        int wanted = orZero(deployment.getSpec().getReplicas());
        if (status == null) {
            return new WorkloadView(deployment.getMetadata().getName(), wanted, 0, 0, false, false, "", "");
        }
        boolean seen = caughtUp(
                status.getObservedGeneration(), deployment.getMetadata().getGeneration());
        boolean rolled = seen
                && orZero(status.getUpdatedReplicas()) == wanted
                && orZero(status.getReplicas()) == wanted
                && orZero(status.getAvailableReplicas()) == wanted;
        return new WorkloadView(
                deployment.getMetadata().getName(),
                wanted,
                orZero(status.getReplicas()),
                orZero(status.getReadyReplicas()),
                rolled,
                // Of the pods that there are: while new ones are rolled out the old ones serve.
                isTrue(deployment, "Available"),
                trouble(deployment),
                "");
    }

    private static String trouble(Deployment deployment) {
        return deployment.getStatus().getConditions().stream()
                .filter(c ->
                        c.getType().equals("ReplicaFailure") && c.getStatus().equals("True"))
                .map(DeploymentCondition::getMessage)
                .map(message -> message == null ? "" : message.replaceAll("\\s+", " "))
                .findFirst()
                .orElse("");
    }

    private static boolean isTrue(Deployment deployment, String type) {
        return deployment.getStatus().getConditions().stream()
                .anyMatch(c -> c.getType().equals(type) && c.getStatus().equals("True"));
    }

    private static boolean caughtUp(@Nullable Long observed, @Nullable Long present) {
        return observed != null && present != null && observed >= present;
    }

    private static int orZero(@Nullable Integer number) {
        return number == null ? 0 : number;
    }
}
