package dev.tiercache.operator.observe;

import dev.tiercache.operator.crd.CacheDeployment;
import dev.tiercache.operator.desired.AclFile;
import dev.tiercache.operator.desired.Names;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Puts together what is true now, from caches alone: nothing is asked and nothing is waited for. */
public final class Observer {
    private final Caches caches;
    private final RedisWatch redis;
    private final boolean inPlaceResize;

    /** @param inPlaceResize whether this cluster resizes running pods */
    public Observer(Caches caches, RedisWatch redis, boolean inPlaceResize) {
        this.caches = caches;
        this.redis = redis;
        this.inPlaceResize = inPlaceResize;
    }

    /** What is true now for one resource. */
    public Observation observe(CacheDeployment cache) {
        var names = Names.of(cache);
        var redisPods = caches.pods(cache, Names.COMPONENT_REDIS);
        Map<String, RedisAnswer> answers = new HashMap<>();
        redisPods.forEach(pod -> answers.put(pod.uid(), redis.lastAnswer(pod.uid())));
        var set = caches.get(StatefulSet.class, names.namespace(), names.redis());
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
                inPlaceResize);
    }

    /** Has the Redis pods of a resource asked from now on, as the operator's user. */
    public void watchRedis(CacheDeployment cache, Observation now, String operatorPassword) {
        redis.track(
                ResourceID.fromResource(cache),
                now.redisPods().stream()
                        .filter(pod -> !pod.ip().isEmpty())
                        .map(pod -> new RedisTarget(
                                pod.uid(), pod.name(), pod.ip(), Names.REDIS_PORT, AclFile.OPERATOR, operatorPassword))
                        .toList());
    }
}
