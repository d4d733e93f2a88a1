package dev.tiercache.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Memory of Redis and of its container. */
class SizingTest {

    @ParameterizedTest
    @CsvSource({
        "512Mi, AppendOnly, 832Mi",
        "512Mi, Snapshot, 832Mi",
        "512Mi, Disabled, 704Mi",
        "16Mi, Disabled, 84Mi",
        "1Gi, AppendOnlyAndSnapshot, 1600Mi",
        // 150 MB and 64 Mi, up to the next whole Mi
        "100M, AppendOnly, 208Mi"
    })
    void theLimitLeavesRoomForBuffersAndForCopiesDuringRewrites(String maxMemory, String persistence, String limit) {
        Desired desired = Fixtures.desired(
                "redis: {memory: {maxMemory: %s}, persistence: {mode: %s}}".formatted(maxMemory, persistence));

        assertThat(desired.sizing().memoryLimitText()).isEqualTo(limit);
    }

    @ParameterizedTest
    @CsvSource({
        "536870912, 512Mi",
        "1024Mi, 1Gi",
        "1536Mi, 1536Mi",
        "2G, 1953125Ki",
        "100M, 100M",
        "1k, 1k",
        "1001, 1001"
    })
    void aQuantityIsWrittenAsKubernetesWouldWriteIt(String given, String written) {
        assertThat(Sizing.text(Sizing.bytes(new Quantity(given)))).isEqualTo(written);
    }

    @ParameterizedTest
    @CsvSource({"0.5Gi, 536870912", "1.5, 2", "1e3, 1000"})
    void fractionsAreRoundedUpToWholeBytes(String given, long bytes) {
        assertThat(Sizing.bytes(new Quantity(given))).isEqualTo(bytes);
    }
}
