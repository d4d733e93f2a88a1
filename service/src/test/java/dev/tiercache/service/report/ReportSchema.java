package dev.tiercache.service.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds reports against the schema that the service publishes, formats included, and against the old format's. */
public final class ReportSchema {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Schema OF_THIS_BUILD = schema(resource("investor-report-v1.schema.json"));

    private final Schema published;
    private final Schema old = schema(resource("old-format.schema.json"));

    ReportSchema(ReportSource source) {
        published = schema(source.schema());
    }

    private static Schema schema(String text) {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(text);
    }

    /** Fails unless an answer's body, with its metadata, is what this build publishes as the schema. */
    public static void check(String body) {
        assertThat(violations(OF_THIS_BUILD, body)).as(body).isEmpty();
    }

    /** Fails with every violation, or gives the parsed report. */
    JsonNode validated(byte[] report) {
        String text = new String(report, StandardCharsets.UTF_8);
        assertThat(violations(published, text)).as(text).isEmpty();
        assertThat(violations(old, text)).as(text).isEmpty();
        return MAPPER.readTree(report);
    }

    /** What the published schema has against {@code report}. */
    String complaints(JsonNode report) {
        return violations(published, report.toString());
    }

    private static String violations(Schema schema, String text) {
        return String.join(
                "\n",
                schema
                        .validate(
                                text,
                                InputFormat.JSON,
                                context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
                        .stream()
                        .map(Object::toString)
                        .toList());
    }

    static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(ReportSchema.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
