package dev.tiercache.service.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Holds answers against the document that the service publishes of itself. */
public final class ApiContract {

    /** Of HTTP itself or the same everywhere; not worth a word at each answer. */
    private static final Set<String> EVERYWHERE = Set.of(
            "connection",
            "content-length",
            "content-type",
            "date",
            "keep-alive",
            "transfer-encoding",
            "x-content-type-options");

    /** What no operation lists, because it is about requests that belong to none. */
    private static final Map<Integer, String> OF_NO_OPERATION =
            Map.of(404, "NotFound", 405, "MethodNotAllowed", 406, "NotAcceptable");

    private final JsonNode document;

    private ApiContract(JsonNode document) {
        this.document = document;
    }

    /** The one that a service publishes. */
    public static ApiContract of(RunningService service) {
        ApiAnswer answer = service.get("/v3/api-docs");
        assertThat(answer.status()).isEqualTo(200);
        return new ApiContract(answer.json());
    }

    /** The document. */
    public JsonNode document() {
        return document;
    }

    /**
     * Fails unless an answer is one that the document promises.
     *
     * @param path as the document writes it
     */
    public void check(String method, String path, ApiAnswer answer) {
        String what = method + " " + path + " " + answer.status();
        JsonNode response = response(method, path, answer.status());
        assertThat(response.isMissingNode())
                .as(what + " is not in the document")
                .isFalse();
        Set<String> headers = new TreeSet<>();
        response.path("headers").propertyNames().forEach(name -> {
            headers.add(name.toLowerCase(Locale.ROOT));
            JsonNode header = resolved(response.path("headers").path(name));
            String value = answer.header(name);
            assertThat(value.isEmpty() && header.path("required").asBoolean())
                    .as(what + " has no header " + name)
                    .isFalse();
            if (!value.isEmpty()) {
                valid(
                        what + " " + name,
                        header.path("schema"),
                        JsonMapper.shared().writeValueAsString(value));
            }
        });
        assertThat(answer.response().headers().map().keySet().stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .filter(name -> !EVERYWHERE.contains(name)))
                .as(what)
                .isSubsetOf(headers);
        body(what, response.path("content"), answer);
    }

    /** Fails unless a value is what the document says of a schema. */
    public void valid(String what, JsonNode schema, String json) {
        ObjectNode whole = JsonMapper.shared().createObjectNode();
        // References lead into the document, so it comes along.
        whole.set("components", document.path("components"));
        whole.putArray("allOf").add(schema);
        assertThat(SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(whole.toString())
                        .validate(
                                json,
                                InputFormat.JSON,
                                context -> context.executionConfig(config -> config.formatAssertionsEnabled(true))))
                .as(what + ": " + json)
                .isEmpty();
    }

    private void body(String what, JsonNode content, ApiAnswer answer) {
        String type = answer.header("Content-Type").split(";")[0];
        if (content.isEmpty() || answer.response().request().method().equals("HEAD")) {
            assertThat(answer.bytes()).as(what).isEmpty();
            return;
        }
        assertThat(content.has(type))
                .as(what + " has an answer of type " + type)
                .isTrue();
        valid(what, content.path(type).path("schema"), answer.text());
    }

    private JsonNode response(String method, String path, int status) {
        String operation = method.equals("HEAD") ? "get" : method.toLowerCase(Locale.ROOT);
        JsonNode listed = document.path("paths")
                .path(path)
                .path(operation)
                .path("responses")
                .path(Integer.toString(status));
        return listed.isMissingNode()
                ? document.path("components").path("responses").path(OF_NO_OPERATION.getOrDefault(status, "none"))
                : resolved(listed);
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asString().substring(1)) : node;
    }
}
