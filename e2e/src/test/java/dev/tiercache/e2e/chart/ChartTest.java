package dev.tiercache.e2e.chart;

import static dev.tiercache.e2e.chart.Chart.at;
import static dev.tiercache.e2e.chart.Chart.map;
import static dev.tiercache.e2e.chart.Chart.maps;
import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** What must hold of the chart whatever its values, and what it looks like for typical ones. */
class ChartTest {
    private static final String LARGE = """
            replicas: 2
            watchNamespaces: [team-a, team-b]
            image:
              repository: registry.example/tiercache/operator
              digest: sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
              pullPolicy: Always
            imagePullSecrets: [{name: registry}]
            defaults:
              redisImage: {repository: registry.example/redis, tag: 8.0.2}
              apiImage: {repository: registry.example/tiercache/service, tag: 1.2.3}
            logLevel: DEBUG
            logFormat: text
            jvmOptions: -XX:+UseSerialGC
            observeIntervalSeconds: 5
            serviceAccount: {name: cache-operator, annotations: {example.com/role: cache}}
            metrics: {service: {annotations: {prometheus.io/scrape: "true"}}}
            resources: {requests: {cpu: 100m, memory: 256Mi}, limits: {memory: 256Mi}}
            extraEnv:
              - {name: HTTPS_PROXY, value: "http://proxy.example:3128"}
              - {name: TOKEN, valueFrom: {secretKeyRef: {name: token, key: token}}}
            podAnnotations: {example.com/team: cache}
            podLabels: {example.com/tier: platform, app.kubernetes.io/name: not-to-be-replaced}
            priorityClassName: system-cluster-critical
            nodeSelector: {kubernetes.io/arch: amd64}
            tolerations: [{key: infra, operator: Exists}]
            affinity:
              nodeAffinity:
                preferredDuringSchedulingIgnoredDuringExecution:
                  - {weight: 1, preference: {matchExpressions: [{key: infra, operator: Exists}]}}
            """;

    private static final String LEAST = """
            crds: {install: false}
            rbac: {create: false, aggregateUserRoles: false}
            serviceAccount: {create: false}
            metrics: {service: {create: false}}
            resources: {requests: null, limits: null}
            fullnameOverride: caches
            nameOverride: caches
            """;

    @Test
    void passesAStrictLint() {
        var result = new Helm(Repository.CHART).lint().strict().call();
        assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
        assertThat(result.getMessages()).noneMatch(m -> m.contains("[WARNING]") || m.contains("[ERROR]"));
    }

    @Test
    void isOfTheVersionOfTheProject() {
        var project = Pattern.compile("<artifactId>tiercache-parent</artifactId>\\s*<version>([^<]+)</version>")
                .matcher(Repository.read(Repository.ROOT.resolve("pom.xml")));
        assertThat(project.find()).isTrue();
        Map<String, Object> chart = new Yaml().load(Repository.read(Repository.CHART.resolve("Chart.yaml")));
        assertThat(chart).containsEntry("version", project.group(1)).containsEntry("appVersion", project.group(1));
    }

    @Test
    void rendersAsBeforeWithDefaults() {
        assertGolden("default", "crds: {install: false}");
    }

    @Test
    void rendersAsBeforeWithMostValuesSet() {
        assertGolden("large", "crds: {install: false}\n" + LARGE);
    }

    @Test
    void rendersAsBeforeWithAllThatIsOptionalLeftOut() {
        assertGolden("least", LEAST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", LARGE, LEAST})
    void runsEveryPodAsThePodSecurityStandardRestrictedAsksAndWithAReadOnlyRoot(String values) {
        assertThat(podSpecs(Chart.render(values))).hasSize(2).allSatisfy(pod -> {
            assertThat(map(at(pod, "securityContext")))
                    .containsEntry("runAsNonRoot", true)
                    .containsEntry("seccompProfile", Map.of("type", "RuntimeDefault"));
            assertThat(maps(at(pod, "containers")))
                    .allSatisfy(container -> assertThat(map(at(container, "securityContext")))
                            .isEqualTo(Map.of(
                                    "allowPrivilegeEscalation",
                                    false,
                                    "readOnlyRootFilesystem",
                                    true,
                                    "capabilities",
                                    Map.of("drop", List.of("ALL")))));
            assertThat(maps(at(pod, "volumes")))
                    .as("nothing of the node is mounted")
                    .allSatisfy(volume -> assertThat(volume).containsOnlyKeys("name", "emptyDir"));
            assertThat(pod).doesNotContainKeys("hostNetwork", "hostPID", "hostIPC");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", LARGE, LEAST})
    void selectsTheOperatorsPodsAndNothingElse(String values) {
        var chart = Chart.render(values);
        var deployment = chart.only("Deployment");
        var selector = map(at(deployment, "spec.selector.matchLabels"));
        assertThat(selector)
                .as("a version in a selector would make the next upgrade impossible")
                .containsOnlyKeys("app.kubernetes.io/name", "app.kubernetes.io/instance");
        assertThat(map(at(deployment, "spec.template.metadata.labels"))).containsAllEntriesOf(selector);
        assertThat(map(at(chart.only("Pod"), "metadata.labels")).entrySet())
                .as("the self-check is not one of the operator's replicas")
                .doesNotContainAnyElementsOf(selector.entrySet().stream()
                        .filter(label -> label.getKey().equals("app.kubernetes.io/name"))
                        .toList());
        assertThat(chart.all("Service"))
                .allSatisfy(s -> assertThat(at(s, "spec.selector")).isEqualTo(selector));
        assertThat(chart.all("PodDisruptionBudget"))
                .allSatisfy(b -> assertThat(at(b, "spec.selector.matchLabels")).isEqualTo(selector));
    }

    @Test
    void addsABudgetAndASpreadOnlyToMoreThanOneReplica() {
        var one = Chart.render("replicas: 1");
        assertThat(one.all("PodDisruptionBudget")).isEmpty();
        assertThat(podSpecs(one).getFirst()).doesNotContainKey("topologySpreadConstraints");
        var two = Chart.render("replicas: 2");
        assertThat(at(two.only("PodDisruptionBudget"), "spec.maxUnavailable")).isEqualTo(1);
        assertThat(maps(at(podSpecs(two).getFirst(), "topologySpreadConstraints")))
                .extracting(constraint -> constraint.get("topologyKey"))
                .containsExactly("kubernetes.io/hostname", "topology.kubernetes.io/zone");
        assertThat(podSpecs(Chart.render("{replicas: 2, topologySpreadConstraints: [{topologyKey: rack}]}"))
                        .getFirst())
                .containsEntry("topologySpreadConstraints", List.of(Map.of("topologyKey", "rack")));
    }

    @Test
    void namesEverythingAfterTheRelease() {
        assertThat(at(Chart.render("{}").only("Deployment"), "metadata.name")).isEqualTo("tiercache-operator");
        var long51 = "fullnameOverride: " + "a".repeat(50);
        assertThat(Chart.render(long51).objects())
                .as("a Service's name has at most 63 characters")
                .allSatisfy(o -> assertThat(at(o, "metadata.name").toString()).hasSizeLessThanOrEqualTo(63));
    }

    @Test
    void takesTheImageByDigestWhenThereIsOne() {
        var digest = "sha256:" + "b".repeat(64);
        var chart = Chart.render(
                "{image: {tag: x, digest: '%s'}, defaults: {redisImage: {digest: '%s'}}}".formatted(digest, digest));
        var container = at(podSpecs(chart).getFirst(), "containers.0");
        assertThat(at(container, "image")).isEqualTo("tiercache/operator@" + digest);
        assertThat(maps(at(container, "env")))
                .contains(Map.of("name", "REDIS_IMAGE", "value", "redis@" + digest))
                .contains(Map.of("name", "API_IMAGE", "value", "tiercache/service:0.1.0"));
    }

    private static List<Map<String, Object>> podSpecs(Chart chart) {
        return Stream.of(map(at(chart.only("Deployment"), "spec.template.spec")), map(at(chart.only("Pod"), "spec")))
                .toList();
    }

    private static void assertGolden(String name, String values) {
        Repository.assertUpToDate(
                Repository.ROOT.resolve("e2e/src/test/resources/chart/" + name + ".golden.yaml"),
                Chart.render(values).text());
    }
}
