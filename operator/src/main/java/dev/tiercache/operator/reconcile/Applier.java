package dev.tiercache.operator.reconcile;

import dev.tiercache.operator.crd.CacheDeployment;
import dev.tiercache.operator.desired.Desired;
import dev.tiercache.operator.desired.Names;
import dev.tiercache.operator.leader.Leadership;
import dev.tiercache.operator.observe.Caches;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.SSABasedGenericKubernetesResourceMatcher;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the Kubernetes objects of a resource to what they should be: applies (server-side, one field manager) what
 * differs from the cache, sends nothing for what does not, and removes what is no longer wanted.
 *
 * <p>An object under one of our names is ours if this very resource owns it, or if it carries our labels and has no
 * owner (a Secret that was retained). Anything else belongs to somebody else and is left alone.
 */
final class Applier {
    private static final Logger LOG = LoggerFactory.getLogger(Applier.class);

    private static final int UNPROCESSABLE = 422;

    private static final int TOO_MANY_REQUESTS = 429;
    /** How the API server says that a field of a StatefulSet cannot change. */
    private static final String IMMUTABLE = "updates to statefulset spec for fields other than";

    private final KubernetesClient client;
    private final Caches caches;
    private final Leadership leadership;

    Applier(KubernetesClient client, Caches caches, Leadership leadership) {
        this.client = client;
        this.caches = caches;
        this.leadership = leadership;
    }

    /**
     * Applies all desired objects in their order, then removes the rest.
     *
     * @param suspended whether to change nothing and only to report what would be changed
     */
    ApplyReport apply(CacheDeployment cache, Desired desired, Context<CacheDeployment> context, boolean suspended) {
        var pass = new Pass(cache, context, suspended);
        boolean mountable = true;
        for (HasMetadata object : desired.objects()) {
            if (!mountable && isWorkload(object)) {
                // Its pods would mount something of somebody else, or something old.
                continue;
            }
            boolean inPlace = pass.apply(object) || suspended;
            mountable &= inPlace || !isMounted(object);
            if (!inPlace
                    && object.getMetadata().getName().equals(desired.names().auth())) {
                // Generated passwords that are not stored must not reach anything else: the next attempt makes others.
                return pass.report();
            }
        }
        if (desired.complete()) {
            pass.applyToVolumes(desired);
            pass.prune(desired.objects());
        }
        return pass.report();
    }

    /** One pass over the objects of one resource. */
    private final class Pass {
        private final CacheDeployment cache;
        private final Context<CacheDeployment> context;
        private final boolean suspended;
        private final List<String> changed = new ArrayList<>();
        private final List<String> refused = new ArrayList<>();
        private final List<String> foreign = new ArrayList<>();
        private final List<String> waiting = new ArrayList<>();
        private String volumeProblem = "";

        Pass(CacheDeployment cache, Context<CacheDeployment> context, boolean suspended) {
            this.cache = cache;
            this.context = context;
            this.suspended = suspended;
        }

        ApplyReport report() {
            return new ApplyReport(changed, refused, foreign, waiting, volumeProblem);
        }

        /** Whether the object is as desired, or was just made so. */
        private <R extends HasMetadata> boolean apply(R desired) {
            @SuppressWarnings("unchecked")
            Class<R> kind = (Class<R>) desired.getClass();
            var meta = desired.getMetadata();
            R cached = caches.get(kind, meta.getNamespace(), meta.getName());
            // Before the first write under a name: the cache holds only what carries our labels.
            R actual = cached != null
                    ? cached
                    : client.resources(kind)
                            .inNamespace(meta.getNamespace())
                            .withName(meta.getName())
                            .get();
            if (actual != null && !mayTouch(actual)) {
                return false;
            }
            Map<String, Object> strays = actual == null ? Map.of() : Strays.removal(actual, desired);
            if (actual != null && strays.isEmpty() && matches(actual, desired)) {
                return true;
            }
            changed.add(describe(desired));
            return !suspended && remove(strays, desired) && write(desired, cached);
        }

        private boolean mayTouch(HasMetadata actual) {
            switch (Ownership.of(actual, cache)) {
                case OURS -> {
                    if (actual.getMetadata().getDeletionTimestamp() != null) {
                        waiting.add(describe(actual));
                        return false;
                    }
                    return true;
                }
                case PREDECESSOR -> waiting.add(describe(actual));
                case FOREIGN -> foreign.add(describe(actual));
            }
            return false;
        }

        private <R extends HasMetadata> boolean matches(R actual, R desired) {
            try {
                return SSABasedGenericKubernetesResourceMatcher.<R>getInstance().matches(actual, desired, context);
            } catch (IllegalStateException inconsistent) {
                // Managed fields name a list entry that is gone: it differs.
                return false;
            }
        }

        /** Takes away what a server-side apply would leave, for it belongs to another field manager. */
        private boolean remove(Map<String, Object> strays, HasMetadata desired) {
            if (strays.isEmpty()) {
                return true;
            }
            leadership.require();
            try {
                client.resource(desired)
                        .patch(
                                new PatchContext.Builder()
                                        .withPatchType(PatchType.JSON_MERGE)
                                        .withFieldManager(Names.MANAGER)
                                        .build(),
                                client.getKubernetesSerialization().asJson(strays));
                return true;
            } catch (KubernetesClientException failure) {
                refuse(desired, failure);
                return false;
            }
        }

        private <R extends HasMetadata> boolean write(R desired, @Nullable R cached) {
            leadership.require();
            try {
                R written = client.resource(desired)
                        .fieldManager(Names.MANAGER)
                        .forceConflicts()
                        .serverSideApply();
                caches.remember(written, cached);
                LOG.atInfo()
                        .addKeyValue("namespace", desired.getMetadata().getNamespace())
                        .addKeyValue("object", describe(desired))
                        .log("applied");
                return true;
            } catch (KubernetesClientException failure) {
                if (cached != null && isImmutable(failure)) {
                    replaceKeepingPods(cached);
                    return false;
                }
                refuse(desired, failure);
                return false;
            }
        }

        /**
         * A StatefulSet whose volume claims or selectors change has to be made anew; its pods and volumes stay and are
         * taken over, and the restart hash says whether a pod has to follow.
         */
        private void replaceKeepingPods(HasMetadata set) {
            var meta = set.getMetadata();
            var options = new DeleteOptionsBuilder()
                    .withPropagationPolicy("Orphan")
                    .withNewPreconditions()
                    .withUid(meta.getUid())
                    .endPreconditions()
                    .build();
            client.raw(
                    "/apis/apps/v1/namespaces/" + meta.getNamespace() + "/statefulsets/" + meta.getName(),
                    "DELETE",
                    options);
            waiting.add(describe(set));
            LOG.atInfo()
                    .addKeyValue("namespace", meta.getNamespace())
                    .addKeyValue("object", describe(set))
                    .log("removed to be made anew, its pods stay");
        }

        /** Claims are made from a template once and for all: their size and owner are changed on each of them. */
        private void applyToVolumes(Desired desired) {
            var names = desired.names();
            for (HasMetadata object : caches.labelledFor(cache)) {
                String name = object.getMetadata().getName();
                if (object instanceof PersistentVolumeClaim claim
                        && (name.startsWith(names.redisClaims()) || name.startsWith(names.sentinelClaims()))
                        && claim.getMetadata().getDeletionTimestamp() == null) {
                    applyToVolume(claim, desired);
                }
            }
        }

        private void applyToVolume(PersistentVolumeClaim claim, Desired desired) {
            var change = Volumes.change(claim, cache, desired);
            if (change.isEmpty()) {
                return;
            }
            changed.add(describe(claim));
            if (suspended) {
                return;
            }
            leadership.require();
            try {
                var written = client.resource(change.orElseThrow())
                        .fieldManager(Names.MANAGER)
                        .forceConflicts()
                        .serverSideApply();
                caches.remember(written, claim);
            } catch (KubernetesClientException failure) {
                volumeProblem = describe(claim) + ": " + refusal(failure);
            }
        }

        private void prune(List<HasMetadata> desired) {
            Set<String> wanted = new HashSet<>();
            desired.forEach(object -> wanted.add(describe(object)));
            for (HasMetadata actual : caches.labelledFor(cache)) {
                // A volume goes with the resource, never with a change of it: it holds data.
                if (actual instanceof PersistentVolumeClaim
                        || wanted.contains(describe(actual))
                        || actual.getMetadata().getDeletionTimestamp() != null
                        || !Ownership.isOwnedBy(actual, cache)) {
                    continue;
                }
                changed.add(describe(actual));
                if (!suspended) {
                    remove(actual);
                }
            }
        }

        private void remove(HasMetadata actual) {
            leadership.require();
            try {
                client.resource(actual).lockResourceVersion().delete();
                LOG.atInfo()
                        .addKeyValue("namespace", actual.getMetadata().getNamespace())
                        .addKeyValue("object", describe(actual))
                        .log("removed: it is no longer wanted");
            } catch (KubernetesClientException failure) {
                if (failure.getCode() != HttpURLConnection.HTTP_CONFLICT
                        && failure.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                    refuse(actual, failure);
                }
            }
        }

        private void refuse(HasMetadata object, KubernetesClientException failure) {
            refused.add(describe(object) + ": " + refusal(failure));
        }
    }

    /** What the user can put right is reported; what passes by itself is thrown, and so tried again. */
    private static String refusal(KubernetesClientException failure) {
        int code = failure.getCode();
        boolean passing = code <= 0
                || code >= HttpURLConnection.HTTP_INTERNAL_ERROR
                || code == TOO_MANY_REQUESTS
                || code == HttpURLConnection.HTTP_UNAUTHORIZED
                || code == HttpURLConnection.HTTP_CONFLICT;
        if (passing) {
            throw failure;
        }
        var status = failure.getStatus();
        return String.valueOf(
                status != null && status.getMessage() != null ? status.getMessage() : failure.getMessage());
    }

    private static boolean isWorkload(HasMetadata object) {
        return object instanceof StatefulSet || object instanceof Deployment;
    }

    /** Whether pods mount it; a Service that is refused keeps no workload from being as specified. */
    static boolean isMounted(HasMetadata object) {
        return object instanceof Secret || object instanceof ConfigMap;
    }

    private static boolean isImmutable(KubernetesClientException failure) {
        return failure.getCode() == UNPROCESSABLE
                && String.valueOf(failure.getMessage()).contains(IMMUTABLE);
    }

    private static String describe(HasMetadata object) {
        return object.getKind() + " " + object.getMetadata().getName();
    }
}
