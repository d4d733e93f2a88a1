package dev.tiercache.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.operator.observe.Examples;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnershipTest {
    private static final String LABELS =
            "{app.kubernetes.io/managed-by: tiercache-operator, app.kubernetes.io/instance: %s}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CacheDeployment | reports | cache-uid | reports | OURS",
                "CacheDeployment | reports | an-older  | reports | PREDECESSOR",
                "CacheDeployment | others  | other-uid | reports | FOREIGN",
                "Deployment      | reports | cache-uid2| reports | FOREIGN",
                "''              | ''      | ''        | reports | OURS",
                "''              | ''      | ''        | others  | FOREIGN",
                "''              | ''      | ''        | ''      | FOREIGN",
            })
    void ownerAndLabelsSayWhoseAnObjectIs(String kind, String name, String uid, String instance, Ownership expected) {
        String owners = kind.isEmpty()
                ? "[]"
                : "[{apiVersion: tiercache.dev/v1alpha1, kind: %s, name: %s, uid: %s}]".formatted(kind, name, uid);
        var object = Serialization.unmarshal(
                """
                metadata:
                  name: reports-redis
                  labels: %s
                  ownerReferences: %s
                """.formatted(instance.isEmpty() ? "{}" : LABELS.formatted(instance), owners), ConfigMap.class);

        assertThat(Ownership.of(object, Examples.cache("{}"))).isEqualTo(expected);
    }
}
