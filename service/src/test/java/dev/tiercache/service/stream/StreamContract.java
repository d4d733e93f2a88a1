package dev.tiercache.service.stream;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The document of the stream, and what it has against messages. */
final class StreamContract {

    private static final JsonNode DOCUMENT = read();

    /** The schemas by the names of messages: to compile one takes longer than most tests. */
    private static final Map<String, Schema> SCHEMAS = new ConcurrentHashMap<>();

    private StreamContract() {}

    static JsonNode document() {
        return DOCUMENT;
    }

    /** What the document has against a message of the server; empty when it is as promised. */
    static List<String> complaints(String message) {
        return complaints(JsonMapper.shared().readTree(message).path("type").asString(""), message);
    }

    /** What the document has against a message of this name. */
    static List<String> complaints(String name, String message) {
        if (!DOCUMENT.path("components").path("messages").has(name)) {
            return List.of("no message is called '" + name + "': " + message);
        }
        return SCHEMAS
                .computeIfAbsent(name, StreamContract::compiled)
                .validate(message, InputFormat.JSON, c -> c.executionConfig(e -> e.formatAssertionsEnabled(true)))
                .stream()
                .map(error -> error + ": " + message)
                .toList();
    }

    private static Schema compiled(String name) {
        ObjectNode whole = JsonMapper.shared().createObjectNode();
        // References lead into the document, so it comes along.
        whole.set("components", DOCUMENT.path("components"));
        whole.putArray("allOf").add(DOCUMENT.at("/components/messages/" + name + "/payload"));
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(whole.toString());
    }

    private static JsonNode read() {
        try (InputStream in =
                Objects.requireNonNull(StreamController.class.getResourceAsStream("asyncapi.json"), "asyncapi.json")) {
            return JsonMapper.shared().readTree(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
