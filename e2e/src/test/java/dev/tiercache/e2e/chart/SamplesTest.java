package dev.tiercache.e2e.chart;

import static dev.tiercache.e2e.chart.Chart.at;
import static dev.tiercache.e2e.chart.Chart.map;
import static dev.tiercache.e2e.chart.Repository.ROOT;
import static dev.tiercache.e2e.chart.Repository.read;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** The samples use what the CRD has: an API server would drop a misspelt field in silence. Whether they work, a cluster tells. */
class SamplesTest {
    private static final Map<String, Object> CRD =
            new Yaml().load(read(ROOT.resolve("deploy/crds/cachedeployments.tiercache.dev-v1.yaml")));

    static Stream<Path> samples() throws IOException {
        try (var files = Files.list(ROOT.resolve("deploy/samples"))) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void useOnlyFieldsAndValuesOfTheCrd(Path sample) {
        var resources = StreamSupport.stream(new Yaml().loadAll(read(sample)).spliterator(), false)
                .filter(Objects::nonNull)
                .map(Chart::map)
                .filter(resource -> "CacheDeployment".equals(resource.get("kind")))
                .toList();
        assertThat(resources).hasSize(1);
        var faults = new ArrayList<String>();
        check(
                "spec",
                at(resources.getFirst(), "spec"),
                map(at(CRD, "spec.versions.0.schema.openAPIV3Schema.properties.spec")),
                faults);
        assertThat(faults).isEmpty();
        assertThat(resources.getFirst()).containsEntry("apiVersion", "tiercache.dev/v1alpha1");
    }

    @ParameterizedTest
    @MethodSource("samples")
    void sayAtTheirTopWhatTheyAreFor(Path sample) {
        assertThat(read(sample)).startsWith("# ");
    }

    private static void check(String path, Object value, Map<String, Object> schema, List<String> faults) {
        if (schema.get("enum") instanceof List<?> names && !names.contains(value)) {
            faults.add("%s: %s is none of %s".formatted(path, value, names));
        }
        if (value instanceof List<?> list) {
            list.forEach(item -> check(path + "[]", item, map(at(schema, "items")), faults));
        } else if (value instanceof Map<?, ?> fields) {
            var properties = map(schema.getOrDefault("properties", Map.of()));
            map(fields).forEach((key, field) -> {
                if (properties.get(key) instanceof Map<?, ?> property) {
                    check(path + "." + key, field, map(property), faults);
                } else if (schema.get("additionalProperties") instanceof Map<?, ?> any) {
                    check(path + "." + key, field, map(any), faults);
                } else {
                    faults.add("%s.%s is not a field of the CRD".formatted(path, key));
                }
            });
        }
    }
}
