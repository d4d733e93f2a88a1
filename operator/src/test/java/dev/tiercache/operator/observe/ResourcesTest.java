package dev.tiercache.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResourcesTest {

    @Test
    void spellingsOfAQuantityAreEqual() {
        assertThat(of("100m", "1Gi", "")).isEqualTo(of("0.1", "1024Mi", ""));
    }

    @Test
    void otherAmountsCanBeReachedWhileThePodRuns() {
        assertThat(of("100m", "1Gi", "").resizableTo(of("250m", "2Gi", ""))).isTrue();
    }

    @Test
    void aNewLimitNeedsARestart() {
        assertThat(of("100m", "1Gi", "").resizableTo(of("100m", "1Gi", "1"))).isFalse();
    }

    @Test
    void anotherClassOfServiceNeedsARestart() {
        // Requests that equal limits make a pod Guaranteed.
        assertThat(of("500m", "1Gi", "1").resizableTo(of("1", "1Gi", "1"))).isFalse();
        assertThat(of("1", "1Gi", "1").resizableTo(of("2", "2Gi", "2"))).isTrue();
    }

    @Test
    void whatAdmissionAddedIsNoDifference() {
        assertThat(of("100m", "1Gi", "500m").grant(of("100m", "1Gi", ""))).isTrue();
        assertThat(of("100m", "1Gi", "500m").grant(of("100m", "2Gi", ""))).isFalse();
        assertThat(of("100m", "1Gi", "").grant(of("100m", "1Gi", "500m"))).isFalse();
        assertThat(of("100m", "1Gi", "500m").resizableTo(of("100m", "2Gi", ""))).isTrue();
    }

    private static Resources of(String cpu, String memory, String cpuLimit) {
        var builder = new ResourceRequirementsBuilder()
                .withRequests(Map.of("cpu", new Quantity(cpu), "memory", new Quantity(memory)))
                .addToLimits("memory", new Quantity(memory));
        if (!cpuLimit.isEmpty()) {
            builder.addToLimits("cpu", new Quantity(cpuLimit));
        }
        return Resources.of(builder.build());
    }
}
