package dev.tiercache.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tiercache.e2e.fixture.ClusterTest;
import dev.tiercache.e2e.fixture.TestNamespace;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Manifests that make no sense are refused by the API server itself, each with the message its first line promises. */
@ClusterTest
class RefusedClusterIT {

    private static final Path RESOURCES = Path.of(System.getProperty("basedir", "e2e"), "src/test/resources");
    private static final String EXPECT = "# expect: ";

    private final TestNamespace namespace;

    RefusedClusterIT(TestNamespace namespace) {
        this.namespace = namespace;
    }

    static List<Path> manifests() throws IOException {
        return list("refused");
    }

    static List<Path> updates() throws IOException {
        return list("refused-updates");
    }

    @Test
    void thereAreManyOfThem() throws IOException {
        assertThat(manifests()).hasSizeGreaterThanOrEqualTo(15);
        assertThat(updates()).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void aManifestIsRefusedWithItsMessage(Path manifest) throws IOException {
        String yaml = Files.readString(manifest);

        refused(manifest, expectation(yaml), () -> namespace.create(yaml));
    }

    @ParameterizedTest
    @MethodSource("updates")
    void aChangeIsRefusedWithItsMessage(Path manifest) throws IOException {
        String yaml = Files.readString(manifest);
        String[] documents = yaml.split("\n---\n", -1);
        assertThat(documents)
                .as("what is there and what is refused, in %s", manifest)
                .hasSize(2);

        namespace.create(documents[0]);
        try {
            refused(manifest, expectation(yaml), () -> namespace.replace(documents[1]));
        } finally {
            namespace.cache("refused-update").delete();
        }
    }

    private static void refused(Path manifest, String expected, ThrowingCallable sending) {
        KubernetesClientException refusal = catchThrowableOfType(KubernetesClientException.class, sending);

        assertThat(refusal).as("%s was accepted", manifest.getFileName()).isNotNull();
        assertThat(refusal.getCode()).isEqualTo(422);
        assertThat(refusal.getMessage()).contains(expected);
    }

    private static String expectation(String yaml) {
        assertThat(yaml).startsWith(EXPECT);
        return yaml.lines().findFirst().orElseThrow().substring(EXPECT.length()).strip();
    }

    private static List<Path> list(String folder) throws IOException {
        try (Stream<Path> files = Files.list(RESOURCES.resolve(folder))) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }
}
