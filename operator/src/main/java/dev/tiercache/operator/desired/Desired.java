package dev.tiercache.operator.desired;

import dev.tiercache.operator.crd.CacheDeployment;
import dev.tiercache.operator.crd.CacheDeploymentSpec;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
 * @param sentinel what is wanted of the Sentinels, or null without them
 * @param complete whether this is all; false as long as a Service has no address yet, without which the rest cannot be
 *     said
 */
public record Desired(
        Names names,
        List<HasMetadata> objects,
        RedisConfig redisConfig,
        AclFile acl,
        String restartHash,
        Sizing sizing,
        @Nullable SentinelSet sentinel,
        boolean complete) {

    /**
     * What is wanted of the Sentinels.
     *
     * @param acl their users
     * @param restartHash of all that reaches them only by a restart
     * @param password as which they ask Redis
     */
    public record SentinelSet(AclFile acl, String restartHash, String password) {
        /** Without the password. */
        @Override
        public String toString() {
            return "SentinelSet[" + restartHash + "]";
        }
    }

    public static Desired of(CacheDeployment cache, Inputs inputs) {
        CacheDeploymentSpec spec = cache.getSpec();
        Names names = Names.of(cache);
        RedisConfig config = RedisConfig.of(spec);
        AclFile acl = AclFile.of(spec, inputs.credentials());
        String image =
                ImageDefaults.resolve(spec.redis().image(), inputs.images().redis());
        String restartHash = RedisStatefulSet.restartHash(spec, image, config);

        SentinelSet sentinel = spec.isSentinel()
                ? new SentinelSet(
                        AclFile.ofSentinels(spec.auth(), inputs.credentials()),
                        SentinelStatefulSet.restartHash(spec, image),
                        inputs.credentials().sentinel())
                : null;

        int sentinels = spec.effectiveSentinel().replicas();
        List<HasMetadata> objects = new ArrayList<>();
        objects.add(Secrets.auth(names, spec, inputs.credentials()));
        objects.add(Secrets.acl(names, acl, sentinel == null ? null : sentinel.acl()));
        objects.add(Secrets.binding(names, spec, inputs.credentials()));
        objects.addAll(RedisServices.of(names, spec.isSentinel(), inputs.redisReplicas(), inputs.addresses()));
        if (sentinel == null) {
            objects.add(RedisConfigMap.of(names, config, null));
        } else {
            objects.addAll(RedisServices.ofSentinels(names, sentinels, inputs.addresses()));
            if (!inputs.addresses().keySet().containsAll(podsOf(names, inputs.redisReplicas(), sentinels))) {
                return new Desired(
                        names, List.copyOf(objects), config, acl, restartHash, Sizing.of(spec), sentinel, false);
            }
            String nodes = NodesFile.render(
                    names, spec.effectiveSentinel(), inputs.redisReplicas(), sentinels, inputs.addresses());
            objects.addAll(Budgets.of(names, spec.effectiveDisruption()));
            objects.add(RedisConfigMap.of(names, config, nodes));
            objects.add(RedisConfigMap.ofSentinels(names, nodes));
            objects.add(SentinelStatefulSet.of(names, spec, image, sentinel.restartHash()));
        }
        objects.add(RedisStatefulSet.of(names, spec, image, restartHash, inputs.redisReplicas()));
        if (spec.api().isManaged()) {
            String apiImage =
                    ImageDefaults.resolve(spec.api().image(), inputs.images().api());
            objects.add(ApiConfigMap.of(names, spec));
            objects.add(ApiService.of(names, spec.api()));
            objects.add(ApiDeployment.of(names, spec, apiImage, inputs.addresses()));
        }
        return new Desired(names, List.copyOf(objects), config, acl, restartHash, Sizing.of(spec), sentinel, true);
    }

    private static List<String> podsOf(Names names, int redisReplicas, int sentinels) {
        return Stream.concat(
                        IntStream.range(0, redisReplicas).mapToObj(names::redisPod),
                        IntStream.range(0, sentinels).mapToObj(names::sentinelPod))
                .toList();
    }
}
