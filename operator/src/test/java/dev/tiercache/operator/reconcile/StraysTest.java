package dev.tiercache.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StraysTest {

    private final KubernetesSerialization json = new KubernetesSerialization();

    @Test
    void anObjectAsDesiredHasNone() {
        assertThat(Strays.removal(service(6379, Map.of("app", "redis")), service(6379, Map.of("app", "redis"))))
                .isEmpty();
        assertThat(Strays.removal(map(Map.of("a", "1")), map(Map.of("a", "1")))).isEmpty();
    }

    @Test
    void aFieldThatIsOnlyMissingOrChangedIsLeftToTheApply() {
        assertThat(Strays.removal(service(6379, Map.of()), service(6379, Map.of("app", "redis"))))
                .isEmpty();
        assertThat(Strays.removal(map(Map.of("a", "2")), map(Map.of("a", "1", "b", "1"))))
                .isEmpty();
    }

    @Test
    void aPortOfSomebodyElseIsReplacedByOurs() {
        Service wanted = service(6379, Map.of("app", "redis"));

        assertThat(Strays.removal(service(7000, Map.of("app", "redis")), wanted))
                .isEqualTo(Map.of("spec", Map.of("ports", wanted.getSpec().getPorts())));
    }

    @Test
    void aStraySelectorKeyIsRemovedByAnExplicitNull() {
        var removal = Strays.removal(
                service(6379, Map.of("app", "redis", "tier", "else")), service(6379, Map.of("app", "redis")));

        // A merge patch removes by null (RFC 7396): it must survive serialisation.
        assertThat(json.asJson(removal)).isEqualTo("{\"spec\":{\"selector\":{\"tier\":null}}}");
    }

    @Test
    void strayFilesOfConfigMapsAndSecretsAreRemoved() {
        var ofMap = Strays.removal(map(Map.of("a", "1", "more.conf", "x")), map(Map.of("a", "1")));
        var ofSecret =
                Strays.removal(new SecretBuilder().withData(Map.of("k", "")).build(), new SecretBuilder().build());

        assertThat(json.asJson(ofMap)).isEqualTo("{\"data\":{\"more.conf\":null}}");
        assertThat(json.asJson(ofSecret)).isEqualTo("{\"data\":{\"k\":null}}");
    }

    @Test
    void whatOthersAddToWorkloadsStays() {
        var restarted = new DeploymentBuilder()
                .withNewSpec()
                .withNewTemplate()
                .withNewMetadata()
                .addToAnnotations("kubectl.kubernetes.io/restartedAt", "2026-01-01T00:00:00Z")
                .endMetadata()
                .endTemplate()
                .endSpec()
                .build();

        assertThat(Strays.removal(restarted, new DeploymentBuilder().build())).isEmpty();
    }

    private static ConfigMap map(Map<String, String> data) {
        return new ConfigMapBuilder().withData(data).build();
    }

    private static Service service(int port, Map<String, String> selector) {
        return new ServiceBuilder()
                .withNewSpec()
                .withSelector(selector)
                .addNewPort()
                .withName("redis")
                .withPort(port)
                .withProtocol("TCP")
                .withTargetPort(new IntOrString("redis"))
                .endPort()
                .endSpec()
                .build();
    }
}
