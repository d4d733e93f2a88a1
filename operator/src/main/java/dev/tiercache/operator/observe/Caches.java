package dev.tiercache.operator.observe;

import dev.tiercache.operator.crd.CacheDeployment;
import dev.tiercache.operator.desired.Names;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The caches of all that the operator makes, and of its pods: one informer for each kind, filtered by label on the
 * server, so that nothing else of the cluster comes into memory.
 */
public final class Caches {
    /** Every kind of object that the operator writes; pods are made by their controllers. */
    private static final List<Class<? extends HasMetadata>> KINDS = List.of(
            StatefulSet.class,
            Deployment.class,
            Service.class,
            ConfigMap.class,
            Secret.class,
            PersistentVolumeClaim.class,
            PodDisruptionBudget.class);

    private static final String OURS = Names.LABEL_MANAGED_BY + "=" + Names.MANAGER;

    private final Map<Class<?>, InformerEventSource<?, CacheDeployment>> byKind = new LinkedHashMap<>();
    private final InformerEventSource<Pod, CacheDeployment> pods;

    public Caches(EventSourceContext<CacheDeployment> context) {
        for (Class<? extends HasMetadata> kind : KINDS) {
            byKind.put(kind, informer(kind, context));
        }
        pods = new InformerEventSource<>(
                configuration(Pod.class)
                        .withOnUpdateFilter((fresh, old) -> !view(fresh).equals(view(old)))
                        .build(),
                context);
    }

    private static <R extends HasMetadata> InformerEventSource<R, CacheDeployment> informer(
            Class<R> kind, EventSourceContext<CacheDeployment> context) {
        return new InformerEventSource<>(configuration(kind).build(), context);
    }

    private static <R extends HasMetadata> InformerEventSourceConfiguration.Builder<R> configuration(Class<R> kind) {
        return InformerEventSourceConfiguration.from(kind, CacheDeployment.class)
                .withName(kind.getSimpleName())
                .withLabelSelector(OURS)
                // By label and not by owner reference: what is retained has no owner.
                .withSecondaryToPrimaryMapper(Caches::instanceOf);
    }

    /** All of them, to be registered. */
    public List<EventSource<?, CacheDeployment>> eventSources() {
        List<EventSource<?, CacheDeployment>> all = new ArrayList<>(byKind.values());
        all.add(pods);
        return all;
    }

    /** A cached object, or null. Never to be changed: it is the cache's own. */
    @SuppressWarnings("unchecked")
    public <R extends HasMetadata> @Nullable R get(Class<R> kind, String namespace, String name) {
        var source = (InformerEventSource<R, CacheDeployment>) source(kind);
        return source.get(new ResourceID(name, namespace)).orElse(null);
    }

    /** Every cached object that carries the labels of a resource, of all kinds that the operator writes. */
    public List<HasMetadata> labelledFor(CacheDeployment cache) {
        List<HasMetadata> all = new ArrayList<>();
        byKind.values().forEach(source -> all.addAll(source.getSecondaryResources(cache)));
        return all;
    }

    /** The pods that the workload of one component of a resource made, by name; a copy of one is nobody's. */
    public List<PodView> pods(CacheDeployment cache, String component) {
        var names = Names.of(cache);
        return pods.getSecondaryResources(cache).stream()
                .filter(pod -> component.equals(pod.getMetadata().getLabels().get(Names.LABEL_COMPONENT)))
                .filter(pod -> PodReader.isOf(pod, names, component))
                .map(Caches::view)
                .sorted(Comparator.comparing(PodView::name))
                .toList();
    }

    /**
     * Puts what was just written into the cache, so that the next reconciliation does not write it again.
     *
     * @param before what the cache held, or null
     */
    @SuppressWarnings("unchecked")
    public <R extends HasMetadata> void remember(R written, @Nullable R before) {
        var source = (InformerEventSource<R, CacheDeployment>) source(written.getClass());
        var id = ResourceID.fromResource(written);
        if (before == null) {
            source.handleRecentResourceCreate(id, written);
        } else {
            source.handleRecentResourceUpdate(id, written, before);
        }
    }

    private InformerEventSource<?, CacheDeployment> source(Class<?> kind) {
        var source = byKind.get(kind);
        if (source == null) {
            throw new IllegalArgumentException("no cache of " + kind.getSimpleName() + ": add it to Caches.KINDS");
        }
        return source;
    }

    private static PodView view(Pod pod) {
        // Components and their main containers have the same names.
        return PodReader.read(pod, pod.getMetadata().getLabels().getOrDefault(Names.LABEL_COMPONENT, ""));
    }

    private static Set<ResourceID> instanceOf(HasMetadata object) {
        var labels = object.getMetadata().getLabels();
        String instance = labels == null ? null : labels.get(Names.LABEL_INSTANCE);
        return instance == null
                ? Set.of()
                : Set.of(new ResourceID(instance, object.getMetadata().getNamespace()));
    }
}
