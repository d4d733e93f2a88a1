package dev.tiercache.operator.desired;

import dev.tiercache.operator.crd.ApiSpec;
import dev.tiercache.operator.crd.AuthSpec;
import dev.tiercache.operator.crd.CacheDeploymentSpec;
import dev.tiercache.operator.crd.CacheSpec;
import dev.tiercache.operator.crd.DisruptionSpec;
import dev.tiercache.operator.crd.ImageSpec;
import dev.tiercache.operator.crd.RedisSpec;
import dev.tiercache.operator.crd.SchedulingSpec;
import dev.tiercache.operator.crd.SentinelSpec;
import dev.tiercache.operator.crd.UpdateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.jspecify.annotations.Nullable;

/** Specs that the schema lets in, of both modes. */
final class Specs {
    private Specs() {}

    static Arbitrary<RedisSpec.Memory> memories() {
        return Combinators.combine(
                        Arbitraries.longs().between(16, 1 << 20),
                        Arbitraries.of(RedisSpec.EvictionPolicy.class),
                        Arbitraries.of(true, false))
                .as((mi, policy, derived) -> new RedisSpec.Memory(
                        new Quantity(mi + "Mi"), policy, derived ? null : new Quantity(mi + 1 + "Mi")));
    }

    static Arbitrary<Map<String, String>> liveConfigs() {
        return Arbitraries.subsetOf("maxclients", "timeout", "hz", "slowlog-max-len", "tcp-keepalive")
                .map(keys -> keys.stream().collect(Collectors.toMap(key -> key, key -> "100")));
    }

    static Arbitrary<CacheSpec> caches() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 900),
                        Arbitraries.integers().between(900, 2_592_000),
                        Arbitraries.longs().between(1, 65_536),
                        Arbitraries.integers().between(0, 50),
                        Arbitraries.of(CacheSpec.Degradation.class),
                        Arbitraries.of(CacheSpec.Format.class),
                        Arbitraries.integers().between(0, 3_600),
                        Arbitraries.of(CacheSpec.Sharing.class))
                .as((l1, l2, mi, jitter, degradation, format, seconds, sharing) -> new CacheSpec(
                        "p" + jitter + ":",
                        new CacheSpec.L1(l1, new Quantity(mi + "Mi")),
                        new CacheSpec.L2(l2, jitter, 50, format),
                        degradation,
                        new CacheSpec.Stale(seconds, 10 * seconds),
                        new CacheSpec.Computations(sharing, 10 * seconds, seconds)));
    }

    static Arbitrary<CacheDeploymentSpec> any() {
        Arbitrary<RedisSpec> redis = Combinators.combine(
                        images(),
                        memories(),
                        persistences(),
                        configs(),
                        Arbitraries.of(new Quantity("100m"), new Quantity("2")))
                .as((image, memory, persistence, config, cpu) ->
                        new RedisSpec(image, null, memory, persistence, config, new RedisSpec.Cpu(cpu, null), null));
        Arbitrary<AuthSpec> auth = Arbitraries.of(
                new AuthSpec(AuthSpec.AuthMode.DISABLED, null),
                AuthSpec.DEFAULT,
                new AuthSpec(AuthSpec.AuthMode.PASSWORD, new AuthSpec.SecretKey("mine", "pw")));
        return Combinators.combine(
                        Arbitraries.of(CacheDeploymentSpec.DeletionPolicy.class),
                        redis,
                        auth,
                        caches(),
                        apis(),
                        schedulings(),
                        sets())
                .as((deletion, redisSpec, authSpec, cache, api, scheduling, set) -> new CacheDeploymentSpec(
                        set == null ? CacheDeploymentSpec.Mode.STANDALONE : CacheDeploymentSpec.Mode.SENTINEL,
                        false,
                        deletion,
                        set == null ? redisSpec : withReplicas(redisSpec, set),
                        set == null ? null : set.sentinel(),
                        set == null ? null : set.update(),
                        set == null ? null : set.disruption(),
                        authSpec,
                        cache,
                        api,
                        scheduling));
    }

    /** What there is in mode Sentinel only. */
    private record Replication(
            @Nullable Integer redises,
            RedisSpec.@Nullable ReplicationSafety safety,
            @Nullable SentinelSpec sentinel,
            @Nullable UpdateSpec update,
            @Nullable DisruptionSpec disruption) {}

    private static RedisSpec withReplicas(RedisSpec redis, Replication set) {
        return new RedisSpec(
                redis.image(),
                set.redises(),
                redis.memory(),
                redis.persistence(),
                redis.config(),
                redis.cpu(),
                set.safety());
    }

    /** Null is mode Standalone. */
    private static Arbitrary<@Nullable Replication> sets() {
        Arbitrary<SentinelSpec> sentinels = Combinators.combine(
                        Arbitraries.of(3, 5, 7),
                        Arbitraries.of(true, false),
                        Arbitraries.integers().between(1_000, 5_000),
                        Arbitraries.integers().between(10, 3_600),
                        Arbitraries.integers().between(1, 6))
                .as((replicas, all, downAfter, failover, syncs) ->
                        new SentinelSpec(replicas, all ? replicas : null, downAfter, failover, syncs));
        return Combinators.combine(
                        Arbitraries.integers().between(2, 7).injectNull(0.2),
                        Arbitraries.of(new RedisSpec.ReplicationSafety(1, 10)).injectNull(0.5),
                        sentinels.injectNull(0.3),
                        Arbitraries.of(UpdateSpec.MasterSwitch.class)
                                .map(UpdateSpec::new)
                                .injectNull(0.3),
                        Arbitraries.of(DisruptionSpec.BudgetMode.class)
                                .map(mode -> new DisruptionSpec(new DisruptionSpec.Budget(mode)))
                                .injectNull(0.3))
                .as(Replication::new)
                .injectNull(0.4);
    }

    private static Arbitrary<ImageSpec> images() {
        return Arbitraries.of(
                ImageSpec.DEFAULT,
                new ImageSpec("redis", "7.4", null, ImageSpec.PullPolicy.ALWAYS, List.of()),
                new ImageSpec(
                        null, "7.2", null, ImageSpec.PullPolicy.NEVER, List.of(new ImageSpec.SecretName("login"))));
    }

    private static Arbitrary<RedisSpec.Persistence> persistences() {
        return Arbitraries.of(RedisSpec.PersistenceMode.class)
                .flatMap(mode -> Arbitraries.of(true, false)
                        .map(withVolume -> new RedisSpec.Persistence(
                                mode,
                                null,
                                List.of(),
                                withVolume && mode != RedisSpec.PersistenceMode.DISABLED
                                        ? new RedisSpec.Volume(new Quantity("3Gi"), "fast")
                                        : null)));
    }

    private static Arbitrary<Map<String, String>> configs() {
        return Arbitraries.maps(
                        Arbitraries.of("maxclients", "databases", "io-threads", "hz", "key-of-tomorrow", "timeout"),
                        Arbitraries.of("1", "8", "nonsense"))
                .ofMaxSize(6);
    }

    private static Arbitrary<ApiSpec> apis() {
        return Combinators.combine(
                        Arbitraries.of(ApiSpec.ApiMode.class),
                        images(),
                        Arbitraries.integers().between(0, 100),
                        Arbitraries.of(ApiSpec.ServiceType.class))
                .as((mode, image, replicas, type) -> new ApiSpec(
                        mode,
                        image,
                        replicas,
                        ApiSpec.DEFAULT.resources(),
                        new ApiSpec.Service(type, 8000 + replicas),
                        List.of(new ApiSpec.Variable("LOG_LEVEL", "DEBUG", null)),
                        30));
    }

    private static Arbitrary<SchedulingSpec> schedulings() {
        return Arbitraries.of(
                SchedulingSpec.DEFAULT,
                new SchedulingSpec(
                        Map.of("disk", "ssd", "arch", "amd64"),
                        List.of(),
                        "important",
                        SchedulingSpec.DEFAULT.spread()));
    }
}
