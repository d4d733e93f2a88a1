package dev.tiercache.operator.desired;

import dev.tiercache.operator.crd.CacheDeployment;
import dev.tiercache.operator.crd.CacheDeploymentSpec;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;

/**
 * All that should be for one resource.
 *
 * @param names names, labels and addresses of it all
 * @param objects the Kubernetes objects, to be applied in this order; what is owned and not among them is to go
 * @param redisConfig redis.conf, by what a change takes
 * @param acl the users of Redis
 * @param restartHash of all that reaches Redis only by a restart; on the pod template under
 *     {@link Names#ANNOTATION_RESTART_HASH}
 * @param sizing memory of Redis
 */
public record Desired(
        Names names,
        List<HasMetadata> objects,
        RedisConfig redisConfig,
        AclFile acl,
        String restartHash,
        Sizing sizing) {

    public static Desired of(CacheDeployment cache, Inputs inputs) {
        CacheDeploymentSpec spec = cache.getSpec();
        Names names = Names.of(cache);
        RedisConfig config = RedisConfig.of(spec.redis());
        AclFile acl = AclFile.of(spec.auth(), inputs.credentials());
        String image =
                ImageDefaults.resolve(spec.redis().image(), inputs.images().redis());
        String restartHash = RedisStatefulSet.restartHash(spec, image, config);

        List<HasMetadata> objects = new ArrayList<>();
        objects.add(Secrets.auth(names, spec, inputs.credentials()));
        objects.add(Secrets.acl(names, acl));
        objects.add(Secrets.binding(names, spec.auth(), inputs.credentials()));
        objects.add(RedisConfigMap.of(names, config));
        objects.addAll(RedisServices.of(names));
        objects.add(RedisStatefulSet.of(names, spec, image, restartHash));
        if (spec.api().isManaged()) {
            String apiImage =
                    ImageDefaults.resolve(spec.api().image(), inputs.images().api());
            objects.add(ApiConfigMap.of(names, spec));
            objects.add(ApiService.of(names, spec.api()));
            objects.add(ApiDeployment.of(names, spec, apiImage));
        }
        return new Desired(names, List.copyOf(objects), config, acl, restartHash, Sizing.of(spec.redis()));
    }
}
