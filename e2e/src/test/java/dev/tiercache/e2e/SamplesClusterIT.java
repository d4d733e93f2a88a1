package dev.tiercache.e2e;

import static dev.tiercache.e2e.fixture.CacheDeploymentAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.e2e.fixture.Cache;
import dev.tiercache.e2e.fixture.ClusterTest;
import dev.tiercache.e2e.fixture.TestNamespace;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the project hands out to apply really becomes ready, each file alone in a fresh namespace. */
@ClusterTest
@Order(1) // takes longest: the shorter classes fill the time beside it
class SamplesClusterIT {

    private final TestNamespace namespace;

    SamplesClusterIT(TestNamespace namespace) {
        this.namespace = namespace;
    }

    static List<Path> samples() throws IOException {
        Path folder = Path.of(System.getProperty("basedir", "e2e"), "../deploy/samples");
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void aSampleBecomesReadyAndItsStatusSaysWhereItIs(Path sample) throws IOException {
        String file = sample.getFileName().toString();
        try (TestNamespace fresh = namespace.another(file.replace(".yaml", ""))) {
            Instant applied = Instant.now();
            String name = fresh.apply(Files.readString(sample)).stream()
                    .filter(object -> object.getKind().equals("CacheDeployment"))
                    .map(HasMetadata::getMetadata)
                    .map(metadata -> metadata.getName())
                    .findFirst()
                    .orElseThrow();
            Cache cache = fresh.cache(name);

            assertThat(cache).becomesReady();

            System.err.printf(
                    "sample=%s ready_after_ms=%d%n",
                    file, Duration.between(applied, Instant.now()).toMillis());
            assertThat(cache.status("observedGeneration")).isEqualTo("1");
            assertThat(cache.status("redis", "master")).isEqualTo(name + "-redis-0");
            Object pods = cache.stored().get("spec", "redis", "replicas");
            // Of several pods the kubelet may find the last one ready a moment after Redis serves.
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(cache.status("redis", "readyReplicas"))
                            .isEqualTo(pods == null ? "1" : pods.toString()));
            assertThat(cache.status("redis", "version")).matches("\\d+\\.\\d+\\.\\d+");
            assertThat(cache.status("endpoints", "redis"))
                    .isEqualTo("%s-redis.%s.svc:6379".formatted(name, fresh.name()));
            assertThat(cache.status("binding", "secretName")).isEqualTo(name + "-binding");
            if (cache.stored().get("spec", "api", "mode").equals("Managed")) {
                assertThat(cache.status("endpoints", "api"))
                        .isEqualTo("http://%s-api.%s.svc:8000".formatted(name, fresh.name()));
                assertThat(cache.apiPods())
                        .hasSize(2)
                        .allSatisfy(pod -> assertThat(cache.api(pod)
                                        .report("sample", "AAPL")
                                        .body()
                                        .path("universe"))
                                .hasSize(1));
            } else {
                assertThat(cache.status("endpoints", "api")).isEmpty();
                assertThat(cache.apiPods()).isEmpty();
            }
        }
    }
}
