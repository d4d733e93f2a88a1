package dev.tiercache.operator.reconcile;

import dev.tiercache.operator.crd.CacheDeployment;
import dev.tiercache.operator.desired.Desired;
import dev.tiercache.operator.desired.Hashes;
import dev.tiercache.operator.desired.Names;
import dev.tiercache.operator.observe.Caches;
import dev.tiercache.operator.observe.RedisUser;
import dev.tiercache.operator.observe.Resources;
import dev.tiercache.operator.plan.Topology;
import dev.tiercache.operator.plan.Wanted;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.List;

/** Takes from the desired objects what the planner compares with running parts. */
final class WantedReader {
    private final Caches caches;

    WantedReader(Caches caches) {
        this.caches = caches;
    }

    Wanted read(CacheDeployment cache, Desired desired) {
        return new Wanted(
                desired.restartHash(),
                desired.redisConfig().live(),
                desired.redisConfig().defaults(),
                desired.redisConfig().restart(),
                RedisUser.of(desired.acl()),
                resources(desired.objects()),
                apiFilesHash(desired),
                Topology.of(cache, desired),
                Wanted.switchover(cache));
    }

    private static Resources resources(List<HasMetadata> objects) {
        return objects.stream()
                .filter(StatefulSet.class::isInstance)
                .map(StatefulSet.class::cast)
                .flatMap(set -> set.getSpec().getTemplate().getSpec().getContainers().stream())
                .filter(container -> container.getName().equals(Names.COMPONENT_REDIS))
                .findFirst()
                .map(container -> Resources.of(container.getResources()))
                .orElse(Resources.NONE);
    }

    /**
     * Names the versions of the objects whose files API pods mount; their content would betray a password to whoever
     * may read pods.
     */
    private String apiFilesHash(Desired desired) {
        Names names = desired.names();
        boolean managed = desired.objects().stream()
                .anyMatch(object -> object instanceof ConfigMap
                        && object.getMetadata().getName().equals(names.api()));
        if (!managed) {
            return "";
        }
        var config = caches.get(ConfigMap.class, names.namespace(), names.api());
        var binding = caches.get(Secret.class, names.namespace(), names.binding());
        return config == null || binding == null
                ? ""
                : Hashes.sha256(config.getMetadata().getResourceVersion() + "/"
                                + binding.getMetadata().getResourceVersion())
                        .substring(0, 16);
    }
}
