package dev.tiercache.operator.observe;

import dev.tiercache.operator.desired.Names;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a {@link PodView} from a pod. */
public final class PodReader {
    /** Annotation that the operator writes on a pod so that the kubelet reads mounted files again at once. */
    public static final String FILES_HASH = "tiercache.dev/files-hash";

    private static final int LONGEST_MESSAGE = 240;
    private static final Set<String> STARTING = Set.of("ContainerCreating", "PodInitializing");
    private static final Set<String> PULLING = Set.of("ErrImagePull", "ImagePullBackOff");

    private PodReader() {}

    /**
     * Reads one pod.
     *
     * @param container name of its main container
     */
    public static PodView read(Pod pod, String container) {
        var meta = pod.getMetadata();
        var status = pod.getStatus() == null ? new PodStatus() : pod.getStatus();
        var main = status.getContainerStatuses().stream()
                .filter(s -> s.getName().equals(container))
                .findFirst()
                .orElse(null);
        var spec = pod.getSpec().getContainers().stream()
                .filter(c -> c.getName().equals(container))
                .findFirst()
                .map(Container::getResources)
                .map(Resources::of)
                .orElse(Resources.NONE);
        boolean terminating = meta.getDeletionTimestamp() != null;
        boolean ready = isTrue(condition(status, "Ready")) && !terminating;
        var resources = main == null || main.getResources() == null ? spec : Resources.of(main.getResources());
        return new PodView(
                meta.getName(),
                meta.getUid(),
                orEmpty(status.getPodIP()),
                isTrue(condition(status, "PodScheduled")),
                main != null && main.getState() != null && main.getState().getRunning() != null,
                ready,
                terminating,
                ready ? "" : trouble(status, terminating),
                annotation(pod, Names.ANNOTATION_RESTART_HASH),
                orEmpty(labels(pod).get(Names.LABEL_ROLE)),
                annotation(pod, FILES_HASH),
                spec,
                resources,
                resize(status));
    }

    /**
     * Whether a pod that carries the labels of a component was made by its workload. Labels alone do not tell: a copy
     * made for debugging may keep them, and a pod that its controller let go belongs to nobody.
     */
    static boolean isOf(Pod pod, Names names, String component) {
        var owners = pod.getMetadata().getOwnerReferences();
        var controller = owners == null
                ? null
                : owners.stream()
                        .filter(owner -> Boolean.TRUE.equals(owner.getController()))
                        .findFirst()
                        .orElse(null);
        String set = switch (component) {
            case Names.COMPONENT_REDIS -> names.redis();
            case Names.COMPONENT_SENTINEL -> names.sentinel();
            default -> "";
        };
        if (!set.isEmpty()) {
            // While its StatefulSet is made anew the pod has no controller, and is one of ours all the same.
            return pod.getMetadata().getName().matches(set + "-\\d+")
                    && (controller == null || controller.getKind().equals("StatefulSet"));
        }
        return controller != null
                && controller.getKind().equals("ReplicaSet")
                && controller.getName().startsWith(names.api() + "-");
    }

    private static String trouble(PodStatus status, boolean terminating) {
        if (terminating) {
            return "is being deleted";
        }
        var scheduled = condition(status, "PodScheduled");
        if (scheduled != null && !isTrue(scheduled)) {
            return line("Unschedulable", scheduled.getMessage());
        }
        if ("Failed".equals(status.getPhase())) {
            return line(orEmpty(status.getReason()), status.getMessage());
        }
        for (ContainerStatus container : status.getContainerStatuses()) {
            String trouble = trouble(container);
            if (!trouble.isEmpty()) {
                return trouble;
            }
        }
        return status.getContainerStatuses().isEmpty() ? "is starting" : "is not ready yet";
    }

    /**
     * The texts stay the same while the trouble does: the kubelet alternates between ErrImagePull and ImagePullBackOff
     * and counts up its back-off, and a status that followed would be written every few seconds.
     */
    private static String trouble(ContainerStatus container) {
        var state = container.getState();
        if (state == null) {
            return "";
        }
        var last = container.getLastState() == null
                ? null
                : container.getLastState().getTerminated();
        if (state.getTerminated() != null) {
            boolean again = container.getRestartCount() != null && container.getRestartCount() > 0;
            String reason =
                    again ? "CrashLoopBackOff" : orEmpty(state.getTerminated().getReason());
            return ended(reason, state.getTerminated());
        }
        if (state.getWaiting() == null
                || STARTING.contains(orEmpty(state.getWaiting().getReason()))) {
            return "";
        }
        String reason = orEmpty(state.getWaiting().getReason());
        if (PULLING.contains(reason)) {
            return line("ErrImagePull", "the node cannot pull " + container.getImage());
        }
        if (reason.equals("CrashLoopBackOff") && last != null) {
            return ended(reason, last);
        }
        return line(reason, state.getWaiting().getMessage());
    }

    private static String ended(String reason, ContainerStateTerminated end) {
        return line(reason, "exit code " + end.getExitCode() + " " + orEmpty(end.getMessage()));
    }

    private static String resize(PodStatus status) {
        var pending = condition(status, "PodResizePending");
        if (isTrue(pending) && pending != null) {
            return line(orEmpty(pending.getReason()), pending.getMessage());
        }
        var running = condition(status, "PodResizeInProgress");
        return isTrue(running) && running != null ? line("InProgress", running.getMessage()) : "";
    }

    private static String line(String reason, @Nullable String message) {
        String text = orEmpty(message).replaceAll("\\s+", " ").strip();
        String whole = text.isEmpty() ? reason : reason + ": " + text;
        return whole.length() <= LONGEST_MESSAGE ? whole : whole.substring(0, LONGEST_MESSAGE) + "…";
    }

    private static @Nullable PodCondition condition(PodStatus status, String type) {
        List<PodCondition> conditions = status.getConditions();
        return conditions.stream()
                .filter(c -> c.getType().equals(type))
                .findFirst()
                .orElse(null);
    }

    private static boolean isTrue(@Nullable PodCondition condition) {
        return condition != null && "True".equals(condition.getStatus());
    }

    private static String annotation(Pod pod, String key) {
        var annotations = pod.getMetadata().getAnnotations();
        return annotations == null ? "" : orEmpty(annotations.get(key));
    }

    private static Map<String, String> labels(Pod pod) {
        return pod.getMetadata().getLabels() == null
                ? Map.of()
                : pod.getMetadata().getLabels();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
