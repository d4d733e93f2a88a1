package dev.tiercache.operator.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The manifests that a cluster must refuse (the cluster lane sends them to one) leave no rule of the schema out. */
class RefusedManifestsTest {
    private static final Path RESOURCES = Path.of("../e2e/src/test/resources");

    @Test
    void everyRuleHasAManifestThatItRefuses() throws IOException {
        List<String> expectations = expectations();
        Set<String> rules = new LinkedHashSet<>();
        messages(CrdYaml.definition(), rules);

        assertThat(rules)
                .hasSizeGreaterThan(30)
                .allSatisfy(rule -> assertThat(expectations)
                        .as("no manifest under %s expects: %s", RESOURCES, rule)
                        .anyMatch(rule::contains));
    }

    private static List<String> expectations() throws IOException {
        try (Stream<Path> refused = Files.list(RESOURCES.resolve("refused"));
                Stream<Path> updates = Files.list(RESOURCES.resolve("refused-updates"))) {
            return Stream.concat(refused, updates)
                    .map(RefusedManifestsTest::expectation)
                    .toList();
        }
    }

    private static String expectation(Path manifest) {
        try (Stream<String> lines = Files.lines(manifest)) {
            String first = lines.findFirst().orElse("");
            assertThat(first).as("first line of %s", manifest).startsWith("# expect: ");
            return first.substring("# expect: ".length());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void messages(JsonNode node, Set<String> found) {
        node.path("x-kubernetes-validations")
                .forEach(rule -> found.add(rule.path("message").asText()));
        node.forEach(child -> messages(child, found));
    }
}
