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
 * @param trouble what its controller complains of, one line, or an empty text
 * @param templateHash restart hash on its pod template, or an empty text
 */
public record WorkloadView(
        String name, int wanted, int replicas, int ready, boolean rolledOut, String trouble, String templateHash) {

    /**
     * Whether it answers whom it shall answer. The condition Available of a Deployment would not do: where no replica
     * may be unavailable, it is lost with the first pod that is missing.
     */
    public boolean serves() {
        return ready > 0 || wanted == 0;
    }

    /** Reads a StatefulSet; with OnDelete its pods follow only when the operator replaces them. */
    public static WorkloadView of(StatefulSet set) {
        var status = set.getStatus();
        boolean seen = status != null
                && caughtUp(status.getObservedGeneration(), set.getMetadata().getGeneration());
        int wanted = orZero(set.getSpec().getReplicas());
        Map<String, String> annotations =
                set.getSpec().getTemplate().getMetadata().getAnnotations();
        String hash = annotations == null ? null : annotations.get(Names.ANNOTATION_RESTART_HASH);
        return new WorkloadView(
                set.getMetadata().getName(),
                wanted,
                status == null ? 0 : orZero(status.getReplicas()),
                status == null ? 0 : orZero(status.getReadyReplicas()),
                seen,
                "",
                hash == null ? "" : hash);
    }

    /** Reads a Deployment. */
    public static WorkloadView of(Deployment deployment) {
        var status = deployment.getStatus();
        int wanted = orZero(deployment.getSpec().getReplicas());
        if (status == null) {
            return new WorkloadView(deployment.getMetadata().getName(), wanted, 0, 0, false, "", "");
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

    private static boolean caughtUp(@Nullable Long observed, @Nullable Long present) {
        return observed != null && present != null && observed >= present;
    }

    private static int orZero(@Nullable Integer number) {
        return number == null ? 0 : number;
    }
}
