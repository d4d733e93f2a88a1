package dev.tiercache.operator.observe;

import dev.tiercache.operator.crd.CacheDeployment;
import dev.tiercache.operator.desired.AclFile;
import dev.tiercache.operator.desired.Names;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Puts together what is true now, from caches alone: nothing is asked and nothing is waited for. */
public final class Observer {
    private final Caches caches;
    private final RedisWatch redis;
    private final DeletedPods deleted;
    private final boolean inPlaceResize;

    /** @param inPlaceResize whether this cluster resizes running pods */
    public Observer(Caches caches, RedisWatch redis, DeletedPods deleted, boolean inPlaceResize) {
        this.caches = caches;
        this.redis = redis;
        this.deleted = deleted;
        this.inPlaceResize = inPlaceResize;
    }

    /** What is true now for one resource. */
    public Observation observe(CacheDeployment cache) {
        var names = Names.of(cache);
        var redisPods = deleted.among(names.namespace(), caches.pods(cache, Names.COMPONENT_REDIS));
        var sentinelPods = deleted.among(names.namespace(), caches.pods(cache, Names.COMPONENT_SENTINEL));
        Map<String, RedisAnswer> answers = new HashMap<>();
        Stream.concat(redisPods.stream(), sentinelPods.stream())
                .forEach(pod -> answers.put(pod.uid(), redis.lastAnswer(pod.uid())));
        var set = caches.get(StatefulSet.class, names.namespace(), names.redis());
        var sentinels = caches.get(StatefulSet.class, names.namespace(), names.sentinel());
        var api = caches.get(Deployment.class, names.namespace(), names.api());
        return new Observation(
                set == null ? null : WorkloadView.of(set),
                redisPods,
                answers,
                redisPods.stream()
                        .flatMap(pod -> redis.refused(pod.uid()).stream())
                        .collect(Collectors.toSet()),
                api == null ? null : WorkloadView.of(api),
                caches.pods(cache, Names.COMPONENT_API),
                inPlaceResize,
                sentinels == null ? null : WorkloadView.of(sentinels),
                sentinelPods,
                addresses(names, redisPods, sentinelPods),
                recordedMaster(names, redisPods));
    }

    private Map<String, String> addresses(Names names, List<PodView> redisPods, List<PodView> sentinelPods) {
        Map<String, String> addresses = new HashMap<>();
        Stream.concat(redisPods.stream(), sentinelPods.stream()).forEach(pod -> {
            var service = caches.get(Service.class, names.namespace(), pod.name());
            if (service != null && service.getSpec().getClusterIP() != null) {
                addresses.put(pod.name(), service.getSpec().getClusterIP());
            }
        });
        return addresses;
    }

    /** Volumes carry the role of the pod that used them last: they outlive pods, and the resource where they are kept. */
    private String recordedMaster(Names names, List<PodView> redisPods) {
        for (PodView pod : redisPods) {
            var claim = caches.get(PersistentVolumeClaim.class, names.namespace(), names.redisClaim(pod.ordinal()));
            if (claim != null
                    && Names.ROLE_MASTER.equals(claim.getMetadata().getLabels().get(Names.LABEL_ROLE))) {
                return pod.name();
            }
        }
        return "";
    }

    /** Has the Redis and Sentinel pods of a resource asked from now on, as the operator's user. */
    public void watchRedis(CacheDeployment cache, Observation now, String operatorPassword) {
        var names = Names.of(cache);
        List<RedisTarget> targets = new ArrayList<>();
        for (PodView pod : now.redisPods()) {
            if (!pod.ip().isEmpty()) {
                targets.add(new RedisTarget(
                        pod.uid(), pod.name(), pod.ip(), Names.REDIS_PORT, AclFile.OPERATOR, operatorPassword));
            }
        }
        for (PodView pod : now.sentinelPods()) {
            if (!pod.ip().isEmpty()) {
                targets.add(new RedisTarget(
                        pod.uid(),
                        pod.name(),
                        pod.ip(),
                        Names.SENTINEL_PORT,
                        AclFile.OPERATOR,
                        operatorPassword,
                        names.masterName()));
            }
        }
        redis.track(ResourceID.fromResource(cache), targets);
    }
}
