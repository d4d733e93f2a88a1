package dev.tiercache.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.operator.crd.ApiSpec;
import dev.tiercache.operator.crd.AuthSpec;
import dev.tiercache.operator.crd.CacheDeploymentSpec;
import dev.tiercache.operator.crd.CacheSpec;
import dev.tiercache.operator.crd.ImageSpec;
import dev.tiercache.operator.crd.RedisSpec;
import dev.tiercache.operator.crd.SchedulingSpec;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** What holds for every spec that the schema lets in. */
class DesiredPropertiesTest {

    @Property
    void theSameInputGivesTheSameBytes(@ForAll("specs") CacheDeploymentSpec spec) {
        CacheDeploymentSpec readAgain = Serialization.unmarshal(Serialization.asYaml(spec), CacheDeploymentSpec.class);

        assertThat(readAgain).isEqualTo(spec);
        assertThat(yaml(of(readAgain))).isEqualTo(yaml(of(spec)));
    }

    @Property
    void passwordsAreInSecretsAndNowhereElse(@ForAll("specs") CacheDeploymentSpec spec) {
        Credentials credentials = new Credentials("client-secret", "operator-secret", "exporter-secret");
        Desired desired = Desired.of(Fixtures.cache(spec), new Inputs(Fixtures.INPUTS.images(), credentials));

        for (HasMetadata object : desired.objects()) {
            if (!(object instanceof Secret)) {
                assertThat(Serialization.asYaml(object))
                        .doesNotContain("-secret\n")
                        .doesNotContain("client-secret")
                        .doesNotContain("operator-secret")
                        .doesNotContain("exporter-secret");
            }
        }
        assertThat(desired.acl().render()).doesNotContain("-secret");
        assertThat(credentials.toString()).doesNotContain("-secret");
    }

    @Property
    void theContainerHasMoreMemoryThanRedisMayFill(@ForAll("specs") CacheDeploymentSpec spec) {
        Desired desired = of(spec);
        var resources = statefulSet(desired)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst()
                .getResources();

        long limit = Sizing.bytes(Objects.requireNonNull(resources.getLimits().get("memory")));
        assertThat(limit)
                .isEqualTo(desired.sizing().memoryLimit())
                .isGreaterThan(desired.sizing().maxMemory());
        assertThat(resources.getRequests().get("memory"))
                .isEqualTo(resources.getLimits().get("memory"));
        assertThat(desired.redisConfig().live())
                .containsEntry("maxmemory", Long.toString(desired.sizing().maxMemory()));
    }

    @Property
    void liveChangesLeaveThePodsAsTheyAre(
            @ForAll("specs") CacheDeploymentSpec spec,
            @ForAll("memories") RedisSpec.Memory memory,
            @ForAll("liveConfigs") Map<String, String> live,
            @ForAll("caches") CacheSpec cache) {
        RedisSpec redis = spec.redis();
        ApiSpec api = spec.api();
        CacheDeploymentSpec before = with(
                spec,
                new RedisSpec(redis.image(), null, redis.memory(), redis.persistence(), Map.of(), redis.cpu(), null),
                spec.cache(),
                api);
        CacheDeploymentSpec after = with(
                spec,
                new RedisSpec(redis.image(), null, memory, redis.persistence(), live, redis.cpu(), null),
                cache,
                new ApiSpec(api.mode(), api.image(), 9, api.resources(), api.service(), api.env(), 7));

        assertThat(of(after).restartHash()).isEqualTo(of(before).restartHash());
        if (api.isManaged()) {
            assertThat(apiTemplate(of(after))).isEqualTo(apiTemplate(of(before)));
        }
    }

    @Property
    void changesThatNeedARestartShowInTheHash(@ForAll("specs") CacheDeploymentSpec spec) {
        RedisSpec redis = spec.redis();
        String hash = of(spec).restartHash();

        ImageSpec image =
                new ImageSpec("another/redis", "9", null, redis.image().pullPolicy(), List.of());
        assertThat(of(with(
                                spec,
                                new RedisSpec(
                                        image,
                                        null,
                                        redis.memory(),
                                        redis.persistence(),
                                        redis.config(),
                                        redis.cpu(),
                                        null)))
                        .restartHash())
                .isNotEqualTo(hash);
        assertThat(of(with(
                                spec,
                                new RedisSpec(
                                        redis.image(),
                                        null,
                                        redis.memory(),
                                        redis.persistence(),
                                        Map.of("databases", "77"),
                                        redis.cpu(),
                                        null)))
                        .restartHash())
                .isNotEqualTo(hash);

        Quantity request = redis.cpu().request();
        assertThat(of(with(spec, cpu(redis, new RedisSpec.Cpu(request, new Quantity("7")))))
                        .restartHash())
                .as("a limit of CPU cannot leave a running pod")
                .isNotEqualTo(of(with(spec, cpu(redis, new RedisSpec.Cpu(request, null))))
                        .restartHash());
    }

    private static RedisSpec cpu(RedisSpec redis, RedisSpec.Cpu cpu) {
        return new RedisSpec(redis.image(), null, redis.memory(), redis.persistence(), redis.config(), cpu, null);
    }

    @Property
    void everyObjectIsNamedLabelledAndOwned(@ForAll("specs") CacheDeploymentSpec spec) {
        Desired desired = of(spec);

        assertThat(desired.objects()).allSatisfy(object -> {
            assertThat(object.getMetadata().getName())
                    .startsWith("reports-")
                    .matches("[a-z]([-a-z0-9]{0,61}[a-z0-9])?");
            assertThat(object.getMetadata().getNamespace()).isEqualTo("shop");
            assertThat(object.getMetadata().getLabels())
                    .containsEntry(Names.LABEL_INSTANCE, "reports")
                    .containsEntry(Names.LABEL_MANAGED_BY, Names.MANAGER);
            boolean stays = object.getMetadata().getName().equals("reports-auth")
                    && spec.deletionPolicy() == CacheDeploymentSpec.DeletionPolicy.RETAIN;
            assertThat(object.getMetadata().getOwnerReferences()).hasSize(stays ? 0 : 1);
        });
        assertThat(desired.objects().stream()
                        .map(object ->
                                object.getKind() + "/" + object.getMetadata().getName()))
                .doesNotHaveDuplicates();
    }

    @Property
    void everyPodMeetsTheRestrictedPodSecurityStandard(@ForAll("specs") CacheDeploymentSpec spec) {
        for (HasMetadata object : of(spec).objects()) {
            PodTemplateSpec template = template(object);
            if (template == null) {
                continue;
            }
            var pod = template.getSpec();
            assertThat(pod.getAutomountServiceAccountToken()).isFalse();
            assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
            assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
            assertThat(pod.getContainers()).singleElement().satisfies(container -> {
                assertThat(container.getSecurityContext().getAllowPrivilegeEscalation())
                        .isFalse();
                assertThat(container.getSecurityContext().getReadOnlyRootFilesystem())
                        .isTrue();
                assertThat(container.getSecurityContext().getCapabilities().getDrop())
                        .containsExactly("ALL");
                assertThat(container.getVolumeMounts())
                        .allSatisfy(mount -> assertThat(mount.getSubPath()).isNull());
            });
        }
    }

    @Property(tries = 500)
    void aSizeComesBackFromKubernetesInTheFormItWasWritten(@ForAll("sizes") long bytes) {
        Quantity quantity = new Quantity(Sizing.text(bytes));

        assertThat(quantity.getNumericalAmount().longValueExact()).isEqualTo(bytes);
        assertThat(Sizing.text(quantity.getNumericalAmount().longValueExact())).isEqualTo(Sizing.text(bytes));
    }

    // --- what specs are made of

    @Provide
    Arbitrary<Long> sizes() {
        return Arbitraries.longs().between(1L << 20, 1L << 46);
    }

    @Provide
    Arbitrary<RedisSpec.Memory> memories() {
        return Combinators.combine(
                        Arbitraries.longs().between(16, 1 << 20),
                        Arbitraries.of(RedisSpec.EvictionPolicy.class),
                        Arbitraries.of(true, false))
                .as((mi, policy, derived) -> new RedisSpec.Memory(
                        new Quantity(mi + "Mi"), policy, derived ? null : new Quantity(mi + 1 + "Mi")));
    }

    @Provide
    Arbitrary<Map<String, String>> liveConfigs() {
        return Arbitraries.subsetOf("maxclients", "timeout", "hz", "slowlog-max-len", "tcp-keepalive")
                .map(keys -> keys.stream().collect(Collectors.toMap(key -> key, key -> "100")));
    }

    @Provide
    Arbitrary<CacheSpec> caches() {
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

    @Provide
    Arbitrary<CacheDeploymentSpec> specs() {
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
                        schedulings())
                .as((deletion, redisSpec, authSpec, cache, api, scheduling) -> new CacheDeploymentSpec(
                        CacheDeploymentSpec.Mode.STANDALONE,
                        false,
                        deletion,
                        redisSpec,
                        null,
                        null,
                        null,
                        authSpec,
                        cache,
                        api,
                        scheduling));
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

    // --- shorthand

    private static CacheDeploymentSpec with(CacheDeploymentSpec spec, RedisSpec redis) {
        return with(spec, redis, spec.cache(), spec.api());
    }

    private static CacheDeploymentSpec with(CacheDeploymentSpec spec, RedisSpec redis, CacheSpec cache, ApiSpec api) {
        return new CacheDeploymentSpec(
                spec.mode(),
                spec.suspend(),
                spec.deletionPolicy(),
                redis,
                spec.sentinel(),
                spec.update(),
                spec.disruption(),
                spec.auth(),
                cache,
                api,
                spec.scheduling());
    }

    private static Desired of(CacheDeploymentSpec spec) {
        return Desired.of(Fixtures.cache(spec), Fixtures.INPUTS);
    }

    private static String yaml(Desired desired) {
        StringBuilder all = new StringBuilder();
        desired.objects().forEach(object -> all.append(Serialization.asYaml(object)));
        return all.toString();
    }

    private static StatefulSet statefulSet(Desired desired) {
        return only(desired, StatefulSet.class);
    }

    private static PodTemplateSpec apiTemplate(Desired desired) {
        return only(desired, Deployment.class).getSpec().getTemplate();
    }

    private static <T extends HasMetadata> T only(Desired desired, Class<T> type) {
        return desired.objects().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }

    private static @Nullable PodTemplateSpec template(HasMetadata object) {
        return switch (object) {
            case StatefulSet set -> set.getSpec().getTemplate();
            case Deployment deployment -> deployment.getSpec().getTemplate();
            default -> null;
        };
    }
}
