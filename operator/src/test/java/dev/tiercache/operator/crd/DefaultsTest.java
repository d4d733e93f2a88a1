package dev.tiercache.operator.crd;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The API server fills in the defaults of the schema, the records their own: they must be the same. */
class DefaultsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{redis: {}, auth: {}, cache: {}, api: {}, scheduling: {}}",
                "{redis: {memory: {}, image: {}, cpu: {}}, cache: {l1: {}, l2: {}}, api: {service: {}, image: {}}}",
                "{redis: {memory: {maxMemory: 1Gi}}, cache: {l2: {ttlSeconds: 1000}}, api: {replicas: 3}}",
                "{redis: {persistence: {mode: Disabled}}}",
                "{redis: {persistence: {mode: Snapshot, snapshotRules: [{changes: 5}]}}}",
                "{redis: {persistence: {volume: {storageClassName: fast}}}}",
                "{auth: {secretRef: {name: mine}}, scheduling: {tolerations: [{key: cache}]}}"
            })
    void theSchemaAndTheRecordsAgree(String spec) {
        JsonNode given = Serialization.unmarshal("---\n" + spec, JsonNode.class);
        JsonNode stored = given.deepCopy();
        fillIn(CrdYaml.definition().at("/spec/versions/0/schema/openAPIV3Schema/properties/spec"), stored);

        assertThat(read(given)).isEqualTo(read(stored));
    }

    @Test
    void anEmptySpecIsStoredWithNothingMissing() {
        JsonNode stored = Serialization.unmarshal("{}", JsonNode.class);
        fillIn(CrdYaml.definition().at("/spec/versions/0/schema/openAPIV3Schema/properties/spec"), stored);

        assertThat(stored.at("/redis/memory/maxMemory").asText()).isEqualTo("512Mi");
        assertThat(stored.at("/redis/persistence/volume/size").asText()).isEqualTo("2Gi");
        assertThat(stored.at("/redis/persistence/fsync").asText()).isEqualTo("EverySecond");
        assertThat(stored.at("/cache/l2/commandTimeoutMillis").asInt()).isEqualTo(50);
        assertThat(stored.at("/api/service/port").asInt()).isEqualTo(8000);
    }

    private static CacheDeploymentSpec read(JsonNode spec) {
        return Serialization.jsonMapper().convertValue(spec, CacheDeploymentSpec.class);
    }

    /** As the API server does: the default of an absent property, then those within it. */
    private static void fillIn(JsonNode schema, JsonNode value) {
        if (value instanceof ObjectNode object) {
            schema.path("properties").properties().forEach(property -> {
                JsonNode fallback = property.getValue().get("default");
                if (!object.has(property.getKey()) && fallback != null) {
                    object.set(property.getKey(), fallback.deepCopy());
                }
                if (object.has(property.getKey())) {
                    fillIn(property.getValue(), object.get(property.getKey()));
                }
            });
        }
        value.forEach(child -> {
            if (value.isArray()) {
                fillIn(schema.path("items"), child);
            }
        });
    }
}
