package dev.tiercache.operator.crd;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tiercache.operator.desired.RedisKeys;
import dev.tiercache.operator.desired.RedisKeys.KeyClass;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** docs/custom-resource.md: prose of its own, and tables made from the definition and from the table of keys. */
final class CrdReference {
    private CrdReference() {}

    static String render(JsonNode definition) {
        JsonNode root = definition.at("/spec/versions/0/schema/openAPIV3Schema");
        StringBuilder fields = new StringBuilder();
        root.at("/properties/spec/properties").properties().forEach(field -> {
            if (field.getValue().path("type").asText().equals("object")) {
                section(fields, "spec." + field.getKey(), field.getValue());
            }
        });
        StringBuilder plain = new StringBuilder();
        plain.append(TABLE_HEAD);
        root.at("/properties/spec/properties").properties().forEach(field -> {
            if (!field.getValue().path("type").asText().equals("object")) {
                row(plain, field.getKey(), field.getValue());
            }
        });
        StringBuilder status = new StringBuilder("| field | type | meaning |\n|---|---|---|\n");
        root.at("/properties/status/properties")
                .properties()
                .forEach(field -> statusRow(status, field.getKey(), field.getValue()));
        return template()
                .replace("{{spec}}\n", "### spec\n\n" + plain + "\n" + rules(root, true) + fields)
                .replace("{{status}}\n", status)
                .replace("{{live-keys}}\n", keys(KeyClass.LIVE))
                .replace("{{restart-keys}}\n", keys(KeyClass.RESTART))
                .replace("{{columns}}\n", columns(definition.at("/spec/versions/0/additionalPrinterColumns")));
    }

    private static final String TABLE_HEAD = "| field | type | default | meaning |\n|---|---|---|---|\n";

    private static void section(StringBuilder out, String path, JsonNode schema) {
        out.append("### ").append(path).append("\n\n");
        out.append(prose(schema.path("description"))).append("\n\n");
        out.append(TABLE_HEAD);
        rows(out, "", schema);
        out.append('\n').append(rules(schema, false));
    }

    private static void rows(StringBuilder out, String prefix, JsonNode schema) {
        schema.path("properties").properties().forEach(field -> {
            String path = prefix.isEmpty() ? field.getKey() : prefix + "." + field.getKey();
            row(out, path, field.getValue());
            rows(out, path, field.getValue());
            rows(out, path + "[]", field.getValue().path("items"));
        });
    }

    private static void row(StringBuilder out, String path, JsonNode schema) {
        // The default of an object is the sum of its fields' defaults, except where it is the only place that says it.
        boolean leaf = !schema.has("properties") || path.equals("persistence");
        out.append("| `").append(path).append("` | ").append(type(schema)).append(" | ");
        out.append(leaf && schema.has("default") ? "`" + value(schema.get("default")) + "`" : "");
        out.append(" | ").append(prose(schema.path("description"))).append(" |\n");
    }

    private static void statusRow(StringBuilder out, String path, JsonNode schema) {
        out.append("| `").append(path).append("` | ").append(type(schema)).append(" | ");
        out.append(prose(schema.path("description"))).append(" |\n");
        JsonNode below = schema.has("items") ? schema.get("items") : schema;
        String prefix = schema.has("items") ? path + "[]." : path + ".";
        below.path("properties")
                .properties()
                .forEach(field -> statusRow(out, prefix + field.getKey(), field.getValue()));
    }

    private static String type(JsonNode schema) {
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            return "quantity";
        }
        if (schema.has("enum")) {
            return StreamSupport.stream(schema.get("enum").spliterator(), false)
                    .map(value -> "`" + value.asText() + "`")
                    .collect(Collectors.joining(", "));
        }
        String type = schema.path("type").asText();
        return switch (type) {
            case "array" -> "list";
            case "integer" ->
                schema.has("maximum")
                        ? "integer, " + schema.get("minimum").asText() + " to "
                                + schema.get("maximum").asText()
                        : type;
            case "object" -> schema.has("additionalProperties") ? "map" : type;
            default -> type;
        };
    }

    /** Text for Markdown, which would take {@code <name>} for a tag. */
    private static String prose(JsonNode text) {
        return text.asText().replace("<", "&lt;");
    }

    private static String value(JsonNode value) {
        return value.isTextual()
                ? value.asText()
                : value.toString().replace("\"", "").replace(",", ", ");
    }

    /** Messages of the rules of a schema and, unless shallow, of all below it; the general ones are said in prose. */
    private static String rules(JsonNode schema, boolean shallow) {
        Set<String> messages = new LinkedHashSet<>();
        collect(schema, shallow, messages);
        return messages.isEmpty()
                ? ""
                : messages.stream()
                        .map(message -> "- " + message + "\n")
                        .collect(Collectors.joining("", "Refused:\n\n", "\n"));
    }

    private static void collect(JsonNode schema, boolean shallow, Set<String> messages) {
        boolean leaf = !schema.has("properties") && !schema.has("items");
        if (!leaf) {
            schema.path("x-kubernetes-validations").forEach(rule -> messages.add(prose(rule.path("message"))));
        }
        if (!shallow) {
            schema.path("properties").forEach(child -> collect(child, false, messages));
            schema.path("items").path("properties").forEach(child -> collect(child, false, messages));
            schema.path("items")
                    .path("x-kubernetes-validations")
                    .forEach(rule -> messages.add(prose(rule.path("message"))));
        }
    }

    private static String keys(KeyClass wanted) {
        StringBuilder out = new StringBuilder("| key | value | without it |\n|---|---|---|\n");
        RedisKeys.known().forEach((name, key) -> {
            if (key.keyClass() == wanted) {
                out.append("| `")
                        .append(name)
                        .append("` | ")
                        .append(key.form().expectation())
                        .append(" | `");
                out.append(key.fallback().isEmpty() ? "\"\"" : key.fallback()).append('`');
                out.append(key.ours() ? " (the operator's choice)" : "").append(" |\n");
            }
        });
        return out.toString();
    }

    private static String columns(JsonNode columns) {
        StringBuilder out = new StringBuilder("| column | shows |\n|---|---|\n");
        columns.forEach(column -> out.append("| ")
                .append(column.get("name").asText())
                .append(" | ")
                .append(column.get("description").asText())
                .append(column.get("priority").asInt() > 0 ? " (with `-o wide`)" : "")
                .append(" |\n"));
        return out.toString();
    }

    private static String template() {
        try (var stream = CrdReference.class.getResourceAsStream("custom-resource.md.template")) {
            return new String(Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
