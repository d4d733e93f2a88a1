package dev.tiercache.e2e.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.TestcontainersConfiguration;

/**
 * Starts K3s in a Docker engine and leaves it running: {@code dev/cluster} uses it from then on and ends it.
 *
 * <p>Usage: {@code K3sMain FOLDER}. Writes {@code k3s.container} (the container's id) and {@code k3s.kubeconfig} into the
 * folder. {@code K3S_IMAGE} names another image of K3s. The container outlives this program only as a reusable one, so
 * {@code TESTCONTAINERS_REUSE_ENABLE=true} is required; a second start with the same image finds the first one's container.
 */
public final class K3sMain {
    /** The release of Kubernetes that the cluster made without Docker has too. */
    private static final String DEFAULT_IMAGE = "rancher/k3s:v1.34.1-k3s1";

    private K3sMain() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            throw new IllegalArgumentException("usage: K3sMain FOLDER");
        }
        if (!TestcontainersConfiguration.getInstance().environmentSupportsReuse()) {
            throw new IllegalStateException("K3s would end with this program: set TESTCONTAINERS_REUSE_ENABLE=true");
        }
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            throw new IllegalStateException(
                    "no Docker engine answers: start one, or let dev/cluster make a node itself");
        }
        start(System.getenv().getOrDefault("K3S_IMAGE", DEFAULT_IMAGE), Path.of(arguments[0]));
    }

    // Not closed on purpose: the container is to go on.
    @SuppressWarnings("resource")
    private static void start(String image, Path folder) throws IOException {
        var k3s = new K3sContainer(DockerImageName.parse(image).asCompatibleSubstituteFor("rancher/k3s"))
                .withReuse(true)
                // Clusters of other names are other containers.
                .withLabel("dev.tiercache.cluster", folder.toString());
        k3s.start();
        write(folder.resolve("k3s.container"), k3s.getContainerId() + "\n");
        write(folder.resolve("k3s.kubeconfig"), k3s.getKubeConfigYaml());
    }

    /** Writes a file that only its owner reads, whole or not at all. */
    private static void write(Path file, String text) throws IOException {
        var part = Files.createTempFile(
                file.getParent(),
                ".part",
                null,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(part, text);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
