package dev.tiercache.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an API pod asks its node for. */
class ApiDeploymentTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                         | {requests: {cpu: 50m, memory: 384Mi}}",
                "{requests: {cpu: '2'}}     | {requests: {cpu: '2'}}",
                // Kubernetes requests what the limit is, where only that is given.
                "{limits: {memory: 256Mi}}  | {limits: {memory: 256Mi}}",
                "{requests: {cpu: 10m}, limits: {cpu: 20m}} | {requests: {cpu: 10m}, limits: {cpu: 20m}}"
            })
    void itAsksForALittleWhereNothingIsSaid(String resources, String expected) {
        Desired desired = Fixtures.desired("api: {resources: %s}".formatted(resources));

        assertThat(desired.objects().stream()
                        .filter(Deployment.class::isInstance)
                        .map(Deployment.class::cast)
                        .flatMap(api -> api.getSpec().getTemplate().getSpec().getContainers().stream())
                        .map(Container::getResources))
                .singleElement()
                .isEqualTo(Serialization.unmarshal("---\n" + expected, ResourceRequirements.class));
    }
}
