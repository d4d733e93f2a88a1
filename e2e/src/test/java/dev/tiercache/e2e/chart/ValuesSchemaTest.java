package dev.tiercache.e2e.chart;

import static dev.tiercache.e2e.chart.Chart.map;
import static dev.tiercache.e2e.chart.Chart.maps;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** values.schema.json describes every value and refuses what the chart could not honour, in Helm's own words. */
class ValuesSchemaTest {
    private static final Map<String, Object> SCHEMA =
            new Yaml().load(Repository.read(Repository.CHART.resolve("values.schema.json")));

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of("replica: 2", "at '': additional properties 'replica' not allowed"),
                Arguments.of("crds: {enabled: true}", "at '/crds': additional properties 'enabled' not allowed"),
                Arguments.of("rbac: {role: x}", "at '/rbac': additional properties 'role' not allowed"),
                Arguments.of("image: {name: x}", "at '/image': additional properties 'name' not allowed"),
                Arguments.of(
                        "defaults: {redisImage: {pullPolicy: Always}}",
                        "at '/defaults/redisImage': additional properties 'pullPolicy' not allowed"),
                Arguments.of(
                        "metrics: {service: {port: 1}}",
                        "at '/metrics/service': additional properties 'port' not allowed"),
                Arguments.of("resources: {cpu: 1}", "at '/resources': additional properties 'cpu' not allowed"),
                Arguments.of("replicas: 6", "at '/replicas': maximum: got 6, want 5"),
                Arguments.of("replicas: '2'", "at '/replicas': got string, want integer"),
                Arguments.of("image: {tag: 8}", "at '/image/tag': got number, want string"),
                Arguments.of(
                        "image: {digest: sha256:12}",
                        "at '/image/digest': 'sha256:12' does not match pattern '^(sha256:[a-f0-9]{64})?$'"),
                Arguments.of(
                        "defaults: {redisImage: {tag: ''}}",
                        "at '/defaults/redisImage/tag': '' does not match pattern"
                                + " '^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$'"),
                Arguments.of(
                        "image: {pullPolicy: Sometimes}",
                        "at '/image/pullPolicy': value must be one of 'Always', 'IfNotPresent', 'Never'"),
                Arguments.of("watchNamespaces: team-a", "at '/watchNamespaces': got string, want array"),
                Arguments.of("watchNamespaces: [a, a]", "at '/watchNamespaces': items at 0 and 1 are equal"),
                Arguments.of(
                        "watchNamespaces: [Team]",
                        "at '/watchNamespaces/0': 'Team' does not match pattern"
                                + " '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$'"),
                Arguments.of("observeIntervalSeconds: 0", "at '/observeIntervalSeconds': minimum: got 0, want 1"),
                Arguments.of(
                        "logLevel: info",
                        "at '/logLevel': value must be one of 'TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR'"),
                Arguments.of("logFormat: xml", "at '/logFormat': value must be one of 'json', 'text'"),
                Arguments.of("serviceAccount: null", "at '': missing property 'serviceAccount'"),
                Arguments.of(
                        "resources: {limits: {memory: much}}",
                        "at '/resources/limits/memory': 'much' does not match pattern"
                                + " '^[0-9]+([.][0-9]+)?([EPTGMk]i?|[mun])?$'"),
                Arguments.of("extraEnv: {A: b}", "at '/extraEnv': got object, want array"),
                Arguments.of("extraEnv: [{value: b}]", "at '/extraEnv/0': missing property 'name'"),
                Arguments.of(
                        "extraEnv: [{name: LOG_LEVEL, value: DEBUG}]",
                        "extraEnv: the chart itself sets LOG_LEVEL; use the value logLevel"),
                Arguments.of(
                        "fullnameOverride: " + "a".repeat(51),
                        "at '/fullnameOverride': '" + "a".repeat(51) + "' does not match pattern"
                                + " '^([a-z]([-a-z0-9]{0,48}[a-z0-9])?)?$'"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesWhatTheChartCannotHonour(String values, String message) {
        assertThatThrownBy(() -> Chart.render(values)).hasMessageContaining(message);
    }

    @Test
    void refusesEveryVariableThatTheChartSetsItself() {
        var env = maps(Chart.at(
                Chart.render("jvmOptions: -Xmx64m").only("Deployment"), "spec.template.spec.containers.0.env"));
        assertThat(env)
                .hasSizeGreaterThan(10)
                .allSatisfy(variable -> assertThatThrownBy(
                                () -> Chart.render("extraEnv: [{name: %s}]".formatted(variable.get("name"))))
                        .hasMessageContaining("extraEnv: the chart itself sets " + variable.get("name")));
    }

    @Test
    void knowsExactlyTheValuesOfTheChart() {
        Map<String, Object> values = new Yaml().load(Repository.read(Repository.CHART.resolve("values.yaml")));
        var differences = new ArrayList<String>();
        compare("", values, SCHEMA, differences);
        assertThat(differences).isEmpty();
    }

    private static void compare(String path, Map<String, Object> values, Map<String, Object> schema, List<String> out) {
        var properties = map(schema.getOrDefault("properties", Map.of()));
        values.keySet().stream()
                .filter(key -> !properties.containsKey(key))
                .forEach(key -> out.add("%s.%s is in values.yaml but not in the schema".formatted(path, key)));
        properties.forEach((key, property) -> {
            if (!values.containsKey(key)) {
                // Helm hands it to every chart; there is nothing to default.
                if (!key.equals("global")) {
                    out.add("%s.%s is in the schema but not in values.yaml".formatted(path, key));
                }
            } else if (map(property).containsKey("properties")) {
                compare(path + "." + key, map(values.get(key)), map(property), out);
            }
        });
    }

    @Test
    void describesEveryValueAndClosesEverySection() {
        assertThat(SCHEMA).containsEntry("$schema", "http://json-schema.org/draft-07/schema#");
        var faults = new ArrayList<String>();
        check("", SCHEMA, faults);
        assertThat(faults).isEmpty();
    }

    private static void check(String path, Map<String, Object> schema, List<String> faults) {
        if (schema.containsKey("properties")) {
            if (!Boolean.FALSE.equals(schema.get("additionalProperties"))) {
                faults.add(path + " takes unknown keys");
            }
            map(schema.get("properties")).forEach((key, property) -> {
                var here = path + "." + key;
                if (!map(property).getOrDefault("description", "").toString().endsWith(".")) {
                    faults.add(here + " is not described in a sentence");
                }
                check(here, map(property), faults);
            });
        }
        if (schema.get("items") instanceof Map<?, ?> items) {
            check(path + "[]", map(items), faults);
        }
    }
}
