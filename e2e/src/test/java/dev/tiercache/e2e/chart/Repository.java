package dev.tiercache.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the repository's files, and compares generated ones with them. */
final class Repository {
    /** Tests run in the folder of their module. */
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    static final Path CHART = ROOT.resolve("deploy/helm/tiercache");

    private Repository() {}

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fails when the file is not as generated; with {@code -Dwrite} it is written instead. */
    static void assertUpToDate(Path file, String generated) {
        if (System.getProperty("write") != null) {
            try {
                Files.createDirectories(file.getParent());
                Files.writeString(file, generated);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        assertThat(file)
                .as(
                        "%s; to write it anew: mvn test -pl e2e -am -Dtest=%s -Dsurefire.failIfNoSpecifiedTests=false -Dwrite",
                        ROOT.relativize(file), "'dev.tiercache.e2e.chart.*Test'")
                .exists();
        assertThat(generated)
                .as(
                        "%s differs; if that is meant: mvn test -pl e2e -am -Dtest=%s -Dsurefire.failIfNoSpecifiedTests=false -Dwrite",
                        ROOT.relativize(file), "'dev.tiercache.e2e.chart.*Test'")
                .isEqualTo(read(file));
    }
}
