package dev.tiercache.operator.desired;

import dev.tiercache.operator.crd.CacheDeployment;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.Map;
import java.util.TreeMap;

/**
 * Names, labels and addresses of what is made for one resource. They are public: users and tools rely on them.
 */
public record Names(String namespace, String instance, String uid) {

    public static final String LABEL_NAME = "app.kubernetes.io/name";
    public static final String LABEL_INSTANCE = "app.kubernetes.io/instance";
    public static final String LABEL_COMPONENT = "app.kubernetes.io/component";
    public static final String LABEL_MANAGED_BY = "app.kubernetes.io/managed-by";
    public static final String APPLICATION = "tiercache";
    public static final String MANAGER = "tiercache-operator";
    public static final String COMPONENT_REDIS = "redis";
    public static final String COMPONENT_SENTINEL = "sentinel";
    public static final String COMPONENT_API = "api";
    /** On the Redis pods, master or replica; written by the operator on pods, never in a template. */
    public static final String LABEL_ROLE = "tiercache.dev/role";
    /** Value of {@link #LABEL_ROLE} on the pod that takes the writes. */
    public static final String ROLE_MASTER = "master";
    /** Value of {@link #LABEL_ROLE} on the others. */
    public static final String ROLE_REPLICA = "replica";
    /** On a resource: asks for another master, {@code any} or the name of a Redis pod. */
    public static final String ANNOTATION_SWITCHOVER = "tiercache.dev/switchover";
    /** On the pod template of Redis: a pod with another value needs a restart to be as specified. */
    public static final String ANNOTATION_RESTART_HASH = "tiercache.dev/restart-hash";

    public static final int REDIS_PORT = 6379;
    public static final int SENTINEL_PORT = 26379;
    public static final int API_PORT = 8000;
    public static final int MANAGEMENT_PORT = 8081;

    public static Names of(CacheDeployment cache) {
        return new Names(
                cache.getMetadata().getNamespace(),
                cache.getMetadata().getName(),
                cache.getMetadata().getUid());
    }

    /** The StatefulSet of Redis, the Service of the master, and the ConfigMap. */
    public String redis() {
        return instance + "-redis";
    }

    /** The headless Service of the Redis pods. */
    public String redisNodes() {
        return instance + "-redis-nodes";
    }

    /** The Service of the replicas, for clients that only read. */
    public String redisReplicas() {
        return instance + "-redis-replicas";
    }

    /** The StatefulSet, Service and ConfigMap of the Sentinels. */
    public String sentinel() {
        return instance + "-sentinel";
    }

    /** A Sentinel pod, and the Service with its stable address. */
    public String sentinelPod(int ordinal) {
        return sentinel() + "-" + ordinal;
    }

    /** Under which the Sentinels know the master; no other resource of the cluster has it. */
    public String masterName() {
        return namespace + "-" + instance;
    }

    /** A Redis pod, and the Service with its stable address. */
    public String redisPod(int ordinal) {
        return redis() + "-" + ordinal;
    }

    /** The Secret with the ACL file. */
    public String redisAcl() {
        return instance + "-redis-acl";
    }

    /** What the names of the volume claims of Redis pods begin with. */
    public String redisClaims() {
        return StatefulSets.DATA_VOLUME + "-" + redis() + "-";
    }

    /** What the names of the volume claims of Sentinel pods begin with. */
    public String sentinelClaims() {
        return StatefulSets.DATA_VOLUME + "-" + sentinel() + "-";
    }

    /** The volume claim of a Redis pod. */
    public String redisClaim(int ordinal) {
        return claimOf(redisPod(ordinal));
    }

    /** The volume claim of a pod of Redis or Sentinel. */
    public static String claimOf(String pod) {
        return StatefulSets.DATA_VOLUME + "-" + pod;
    }

    /** The Deployment, Service and ConfigMap of the API. */
    public String api() {
        return instance + "-api";
    }

    /** The Secret with the generated passwords. */
    public String auth() {
        return instance + "-auth";
    }

    /** The Secret with all that a client of Redis needs. */
    public String binding() {
        return instance + "-binding";
    }

    /** Host of the Redis that takes writes, resolvable in the whole cluster. */
    public String redisHost() {
        return redis() + "." + namespace + ".svc";
    }

    public String sentinelHost() {
        return sentinel() + "." + namespace + ".svc";
    }

    public String sentinelEndpoint() {
        return sentinelHost() + ":" + SENTINEL_PORT;
    }

    public String redisEndpoint() {
        return redisHost() + ":" + REDIS_PORT;
    }

    /** What selects the pods of a component. Never a version: selectors are immutable. */
    public Map<String, String> selector(String component) {
        Map<String, String> labels = new TreeMap<>();
        labels.put(LABEL_NAME, APPLICATION);
        labels.put(LABEL_INSTANCE, instance);
        labels.put(LABEL_COMPONENT, component);
        return labels;
    }

    public Map<String, String> labels(String component) {
        Map<String, String> labels = selector(component);
        labels.put(LABEL_MANAGED_BY, MANAGER);
        return labels;
    }

    /** Metadata of an object that goes when the resource goes. */
    ObjectMetaBuilder owned(String name, String component) {
        // Neither controller nor blockOwnerDeletion: the latter would need rights on finalizers.
        return kept(name, component)
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion(CacheDeployment.GROUP + "/" + CacheDeployment.VERSION)
                        .withKind("CacheDeployment")
                        .withName(instance)
                        .withUid(uid)
                        .build());
    }

    /** Metadata of an object that stays when the resource goes. */
    ObjectMetaBuilder kept(String name, String component) {
        return new ObjectMetaBuilder().withNamespace(namespace).withName(name).withLabels(labels(component));
    }
}
