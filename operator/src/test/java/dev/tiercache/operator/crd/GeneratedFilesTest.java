package dev.tiercache.operator.crd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files in the repository that are made from the records are what would be made now. dev/generate writes them. */
class GeneratedFilesTest {
    private static final String CRD = "cachedeployments.tiercache.dev-v1.yaml";
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    static Stream<Arguments> files() {
        return Stream.of(
                Arguments.of("deploy/crds/" + CRD, CrdYaml.render()),
                Arguments.of("deploy/helm/tiercache/files/crds/" + CRD, CrdYaml.render()),
                Arguments.of("docs/custom-resource.md", CrdReference.render(CrdYaml.definition())));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("files")
    void aGeneratedFileIsWhatWouldBeGeneratedNow(String path, String expected) throws IOException {
        Path file = ROOT.resolve(path);
        if (Boolean.getBoolean("tiercache.write")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, expected);
        }
        assertThat(file).as("run dev/generate and commit %s", path).exists();
        assertThat(Files.readString(file))
                .as("%s differs from the records: run dev/generate and commit it", path)
                .isEqualTo(expected);
    }
}
