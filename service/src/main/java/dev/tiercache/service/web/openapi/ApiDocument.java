package dev.tiercache.service.web.openapi;

import io.swagger.v3.core.util.Yaml31;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.PathItem.HttpMethod;
import io.swagger.v3.oas.models.media.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import org.springdoc.core.customizers.OpenApiCustomizer;

/**
 * Completes the document: springdoc finds the endpoints that there are, and {@code openapi.yaml} says what they take and
 * send, which cannot be seen in code that writes bytes. An endpoint that it does not describe stays as it was found,
 * without a summary; a test looks for those.
 */
final class ApiDocument implements OpenApiCustomizer {

    /** Answered by Spring Boot itself, not by a controller. */
    private static final Set<String> PROBES = Set.of("/livez", "/readyz");

    /** Where failures are sent to inside: a 404 for clients. */
    private static final String FAILURES = "/error";

    private final String version;
    private final Map<String, Schema<?>> reportSchemas;

    /**
     * Makes one.
     *
     * @param version that of the service
     * @param reportSchemas the schema of reports and what it is made of, by their names in the document
     */
    ApiDocument(String version, Map<String, Schema<?>> reportSchemas) {
        this.version = version;
        this.reportSchemas = reportSchemas;
    }

    @Override
    public void customise(OpenAPI found) {
        OpenAPI described = read();
        found.setInfo(described.getInfo().version(version));
        found.setServers(described.getServers());
        found.setTags(described.getTags());
        reportSchemas.forEach(described.getComponents()::addSchemas);
        found.setComponents(described.getComponents());
        found.getPaths().remove(FAILURES);
        found.getPaths().forEach((path, item) -> {
            PathItem known = described.getPaths().get(path);
            if (known != null) {
                item.readOperationsMap().keySet().forEach(method -> replace(item, method, known));
            }
        });
        PROBES.forEach(path -> found.path(path, described.getPaths().get(path)));
    }

    private static void replace(PathItem item, HttpMethod method, PathItem known) {
        Operation operation = known.readOperationsMap().get(method);
        if (operation != null) {
            item.operation(method, operation);
        }
    }

    /** Read for each document: it is changed on the way. springdoc keeps what it makes. */
    private static OpenAPI read() {
        try (InputStream in = ApiDocument.class.getResourceAsStream("openapi.yaml")) {
            return Yaml31.mapper().readValue(in, OpenAPI.class);
        } catch (IOException e) {
            throw new UncheckedIOException("the resource openapi.yaml of this build cannot be read", e);
        }
    }
}
