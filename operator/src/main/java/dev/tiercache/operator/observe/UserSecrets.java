package dev.tiercache.operator.observe;

import dev.tiercache.operator.crd.CacheDeployment;
import dev.tiercache.operator.desired.Names;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.informer.FieldSelectorBuilder;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Constants;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.TransformingItemStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Secrets of users that CacheDeployments refer to. Their labels are not ours to demand, so all Secrets are watched; only
 * names and versions stay in memory. A value is read from the API server when its version is a new one.
 */
public final class UserSecrets {
    private static final String INDEX = "secret-reference";

    private final KubernetesClient client;
    private final List<InformerEventSource<Secret, CacheDeployment>> sources = new ArrayList<>();

    /** The last value read for a resource, by its UID. */
    private final Map<String, Read> reads = new ConcurrentHashMap<>();

    private record Read(
            ResourceID secret,
            String key,
            String version,
            @Nullable String value) {
        @Override
        public String toString() {
            return "Read[" + secret + "]";
        }
    }

    public UserSecrets(EventSourceContext<CacheDeployment> context, Set<String> namespaces) {
        client = context.getClient();
        var primaries = context.getPrimaryCache();
        primaries.addIndexer(
                INDEX, cache -> referenced(cache).stream().map(UserSecrets::key).toList());
        // An informer for each namespace: informers of one event source would share the store, and each would drop
        // what the others found.
        Set<Set<String>> scopes = namespaces.isEmpty()
                ? Set.of(Set.of(Constants.WATCH_ALL_NAMESPACES))
                : namespaces.stream().map(Set::of).collect(Collectors.toSet());
        for (Set<String> scope : scopes) {
            var configuration = InformerEventSourceConfiguration.from(Secret.class, CacheDeployment.class)
                    .withName("user-secrets " + String.join(",", scope))
                    .withNamespaces(scope)
                    .withLabelSelector(Names.LABEL_MANAGED_BY + "!=" + Names.MANAGER)
                    // Releases of Helm may be a megabyte each.
                    .withFieldSelector(new FieldSelectorBuilder()
                            .withoutField("type", "helm.sh/release.v1")
                            .build())
                    .withInformerListLimit(500L)
                    .withItemStore(new TransformingItemStore<>(UserSecrets::withoutValues))
                    .withSecondaryToPrimaryMapper(
                            secret -> primaries.byIndex(INDEX, key(ResourceID.fromResource(secret))).stream()
                                    .map(ResourceID::fromResource)
                                    .collect(Collectors.toSet()))
                    .withPrimaryToSecondaryMapper((CacheDeployment cache) -> referenced(cache))
                    .build();
            sources.add(new InformerEventSource<>(configuration, context));
        }
    }

    /** All of them, to be registered. */
    public List<EventSource<?, CacheDeployment>> eventSources() {
        return List.copyOf(sources);
    }

    /** Whether the Secret that a resource refers to exists. */
    public boolean exists(CacheDeployment cache) {
        return version(cache) != null;
    }

    /** The value that a resource refers to, or null if there is none under that key. */
    public @Nullable String value(CacheDeployment cache) {
        var reference = cache.getSpec().auth().secretRef();
        String version = version(cache);
        if (reference == null || version == null) {
            return null;
        }
        var secret = new ResourceID(reference.name(), cache.getMetadata().getNamespace());
        String uid = cache.getMetadata().getUid();
        var last = reads.get(uid);
        if (last != null
                && last.secret().equals(secret)
                && last.key().equals(reference.key())
                && last.version().equals(version)) {
            return last.value();
        }
        Secret live = client.secrets()
                .inNamespace(cache.getMetadata().getNamespace())
                .withName(reference.name())
                .get();
        if (live == null) {
            return null;
        }
        String encoded = live.getData() == null ? null : live.getData().get(reference.key());
        String value = encoded == null ? null : new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
        reads.put(uid, new Read(secret, reference.key(), live.getMetadata().getResourceVersion(), value));
        return value;
    }

    /** Forgets what was read for a resource. */
    public void forget(CacheDeployment cache) {
        reads.remove(cache.getMetadata().getUid());
    }

    private @Nullable String version(CacheDeployment cache) {
        return sources.stream()
                .flatMap(source -> source.getSecondaryResources(cache).stream())
                .findFirst()
                .map(secret -> secret.getMetadata().getResourceVersion())
                .orElse(null);
    }

    private static Set<ResourceID> referenced(CacheDeployment cache) {
        var reference = cache.getSpec().auth().secretRef();
        return reference == null
                ? Set.of()
                : Set.of(new ResourceID(reference.name(), cache.getMetadata().getNamespace()));
    }

    private static String key(ResourceID id) {
        return id.getNamespace().orElse("") + "/" + id.getName();
    }

    private static Secret withoutValues(Secret secret) {
        var meta = secret.getMetadata();
        return new SecretBuilder()
                .withMetadata(new ObjectMetaBuilder()
                        .withNamespace(meta.getNamespace())
                        .withName(meta.getName())
                        .withUid(meta.getUid())
                        .withResourceVersion(meta.getResourceVersion())
                        .build())
                .build();
    }
}
