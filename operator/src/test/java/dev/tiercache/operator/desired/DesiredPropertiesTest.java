package dev.tiercache.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.operator.crd.ApiSpec;
import dev.tiercache.operator.crd.CacheDeploymentSpec;
import dev.tiercache.operator.crd.CacheSpec;
import dev.tiercache.operator.crd.ImageSpec;
import dev.tiercache.operator.crd.RedisSpec;
import dev.tiercache.operator.crd.SentinelSpec;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
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
        Credentials credentials = new Credentials("client-secret", "operator-secret", "exporter-secret")
                .withSentinel("replication-secret", "sentinel-secret");
        Inputs inputs = Fixtures.inputs(spec);
        Desired desired = Desired.of(
                Fixtures.cache(spec),
                new Inputs(inputs.images(), credentials, inputs.addresses(), inputs.redisReplicas()));

        for (HasMetadata object : desired.objects()) {
            if (!(object instanceof Secret)) {
                assertThat(Serialization.asYaml(object))
                        .doesNotContain("-secret\n")
                        .doesNotContain("client-secret")
                        .doesNotContain("operator-secret")
                        .doesNotContain("exporter-secret")
                        .doesNotContain("replication-secret")
                        .doesNotContain("sentinel-secret");
            }
        }
        assertThat(desired.acl().render()).doesNotContain("-secret");
        assertThat(credentials.toString()).doesNotContain("-secret");
        assertThat(String.valueOf(desired.sentinel())).doesNotContain("-secret");
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
        CacheDeploymentSpec before =
                with(spec, copy(redis, redis.image(), redis.memory(), Map.of(), redis.cpu()), spec.cache(), api);
        CacheDeploymentSpec after = with(
                spec,
                copy(redis, redis.image(), memory, live, redis.cpu()),
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
        assertThat(of(with(spec, copy(redis, image, redis.memory(), redis.config(), redis.cpu())))
                        .restartHash())
                .isNotEqualTo(hash);
        assertThat(of(with(spec, copy(redis, redis.image(), redis.memory(), Map.of("databases", "77"), redis.cpu())))
                        .restartHash())
                .isNotEqualTo(hash);

        Quantity request = redis.cpu().request();
        assertThat(of(with(spec, copy(redis, new RedisSpec.Cpu(request, new Quantity("7")))))
                        .restartHash())
                .as("a limit of CPU cannot leave a running pod")
                .isNotEqualTo(of(with(spec, copy(redis, new RedisSpec.Cpu(request, null))))
                        .restartHash());
    }

    @Property
    void withoutAllAddressesNoWorkloadIsMadeAndWithThemAll(
            @ForAll("sentinelSpecs") CacheDeploymentSpec spec, @ForAll @IntRange(min = 0, max = 99) int missing) {
        Inputs all = Fixtures.inputs(spec);
        var fewer = new TreeMap<>(all.addresses());
        fewer.remove(List.copyOf(fewer.keySet()).get(missing % fewer.size()));
        Desired complete = of(spec);
        Desired incomplete = Desired.of(
                Fixtures.cache(spec), new Inputs(all.images(), all.credentials(), fewer, all.redisReplicas()));

        assertThat(complete.complete()).isTrue();
        assertThat(complete.objects().stream().filter(StatefulSet.class::isInstance))
                .hasSize(2);
        assertThat(incomplete.complete()).isFalse();
        assertThat(incomplete.objects())
                .allSatisfy(object -> assertThat(object.getKind()).isIn("Secret", "Service"));
        assertThat(incomplete.objects().stream()
                        .filter(Service.class::isInstance)
                        .toList())
                .as("there is a Service for each pod, which brings the address")
                .extracting(object -> object.getMetadata().getName())
                .containsAll(all.addresses().keySet());
        assertThat(incomplete.restartHash()).isEqualTo(complete.restartHash());
    }

    @Property
    void sentinelsAreNotRestartedForWhatTheyAreGivenWhileTheyRun(
            @ForAll("sentinelSpecs") CacheDeploymentSpec spec, @ForAll("memories") RedisSpec.Memory memory) {
        RedisSpec redis = spec.redis();
        var settings = new SentinelSpec(spec.effectiveSentinel().replicas(), null, 30_000, 600, 2);
        Desired after = of(with(spec, copy(redis, redis.image(), memory, redis.config(), redis.cpu()), settings));

        assertThat(Objects.requireNonNull(after.sentinel()).restartHash())
                .isEqualTo(Objects.requireNonNull(of(spec).sentinel()).restartHash());
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

    @Provide
    Arbitrary<Long> sizes() {
        return Arbitraries.longs().between(1L << 20, 1L << 46);
    }

    @Provide
    Arbitrary<RedisSpec.Memory> memories() {
        return Specs.memories();
    }

    @Provide
    Arbitrary<Map<String, String>> liveConfigs() {
        return Specs.liveConfigs();
    }

    @Provide
    Arbitrary<CacheSpec> caches() {
        return Specs.caches();
    }

    @Provide
    Arbitrary<CacheDeploymentSpec> specs() {
        return Specs.any();
    }

    @Provide
    Arbitrary<CacheDeploymentSpec> sentinelSpecs() {
        return Specs.any().filter(CacheDeploymentSpec::isSentinel);
    }

    // --- shorthand

    private static RedisSpec copy(RedisSpec redis, RedisSpec.Cpu cpu) {
        return copy(redis, redis.image(), redis.memory(), redis.config(), cpu);
    }

    private static RedisSpec copy(
            RedisSpec redis, ImageSpec image, RedisSpec.Memory memory, Map<String, String> config, RedisSpec.Cpu cpu) {
        return new RedisSpec(
                image, redis.replicas(), memory, redis.persistence(), config, cpu, redis.replicationSafety());
    }

    private static CacheDeploymentSpec with(CacheDeploymentSpec spec, RedisSpec redis, SentinelSpec sentinel) {
        return new CacheDeploymentSpec(
                spec.mode(),
                spec.suspend(),
                spec.deletionPolicy(),
                redis,
                sentinel,
                spec.update(),
                spec.disruption(),
                spec.auth(),
                spec.cache(),
                spec.api(),
                spec.scheduling());
    }

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
        return Fixtures.desired(Fixtures.cache(spec));
    }

    private static String yaml(Desired desired) {
        StringBuilder all = new StringBuilder();
        desired.objects().forEach(object -> all.append(Serialization.asYaml(object)));
        return all.toString();
    }

    private static StatefulSet statefulSet(Desired desired) {
        return desired.objects().stream()
                .filter(StatefulSet.class::isInstance)
                .map(StatefulSet.class::cast)
                .filter(set -> set.getMetadata().getName().equals("reports-redis"))
                .findFirst()
                .orElseThrow();
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
