package dev.tiercache.service.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.tiercache.service.redis.RedisServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whoever reads a published document finds for each field what it means, for each number its unit, and for each value
 * an example that is one.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DescribedFieldsTest {

    /** Keywords under which there are conditions or values, no fields. */
    private static final Set<String> NO_FIELDS =
            Set.of("if", "then", "else", "not", "enum", "const", "default", "example", "examples");

    private final int adminPort = RedisServer.freePort();
    private final RunningService service = RunningService.start(
            Map.of("ADMIN_PORT", Integer.toString(adminPort), "ADMIN_TOKEN", "0123456789abcdef-of-the-test"));

    @AfterAll
    void stop() {
        service.close();
    }

    @Test
    void inTheDocumentOfTheApi() {
        assertThat(new Walk("/v3/api-docs").complaints()).isEmpty();
    }

    @Test
    void inTheSchemaOfReports() {
        assertThat(new Walk("/api/investor-report/schema").complaints()).isEmpty();
    }

    @Test
    void inTheDocumentOfTheStream() {
        assertThat(new Walk("/v3/asyncapi").complaints()).isEmpty();
    }

    /** A walk through one document. */
    private final class Walk {

        private final JsonNode document;
        private final List<String> complaints = new ArrayList<>();
        private int fields;

        Walk(String path) {
            document = service.get(path).json();
            into(document, "");
            assertThat(fields).as(path).isGreaterThan(10);
        }

        List<String> complaints() {
            return complaints;
        }

        private void into(JsonNode node, String path) {
            for (String key : node.propertyNames()) {
                JsonNode child = node.path(key);
                if (key.equals("properties") && child.isObject()) {
                    child.propertyNames().forEach(name -> {
                        field(child.path(name), path + "/" + name);
                        into(child.path(name), path + "/" + name);
                    });
                } else if (!NO_FIELDS.contains(key)) {
                    into(child, path + "/" + key);
                }
            }
            if (node.isArray()) {
                node.forEach(element -> into(element, path));
            }
        }

        private void field(JsonNode own, String path) {
            fields++;
            ObjectNode schema = resolved(own);
            if (schema.path("description").asString("").isBlank()) {
                complaints.add(path + " has no description");
            }
            String types = schema.path("type").toString();
            boolean number = types.contains("number") || types.contains("integer");
            if (number && schema.path("x-unit").asString("").isBlank()) {
                complaints.add(path + " has no x-unit");
            }
            boolean value = number || types.contains("string");
            boolean shown = schema.has("const")
                    || schema.has("enum")
                    || !schema.path("examples").isEmpty();
            if (value && !shown) {
                complaints.add(path + " has no examples");
            }
            schema.path("examples").forEach(example -> valid(own, example, path));
        }

        private ObjectNode resolved(JsonNode own) {
            ObjectNode merged = JsonMapper.shared().createObjectNode();
            if (own.has("$ref")) {
                merged.setAll(
                        (ObjectNode) document.at(own.path("$ref").asString().substring(1)));
            }
            merged.setAll((ObjectNode) own);
            return merged;
        }

        private void valid(JsonNode schema, JsonNode example, String path) {
            ObjectNode whole = JsonMapper.shared().createObjectNode();
            for (String definitions : List.of("components", "$defs")) {
                if (document.has(definitions)) {
                    whole.set(definitions, document.path(definitions));
                }
            }
            whole.putArray("allOf").add(schema);
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(whole.toString())
                    .validate(
                            example.toString(),
                            InputFormat.JSON,
                            context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
                    .forEach(error -> complaints.add(path + " has an example that is none: " + error));
        }
    }
}
