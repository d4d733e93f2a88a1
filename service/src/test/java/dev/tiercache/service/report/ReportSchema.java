package dev.tiercache.service.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds reports against the schema that the service publishes, formats included. */
final class ReportSchema {

    private static final JsonMapper MAPPER = new JsonMapper();

    private final Schema schema;

    ReportSchema(String schema) {
        this.schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schema);
    }

    /** Fails with every violation, or gives the parsed report. */
    JsonNode validated(byte[] report) {
        String text = new String(report, StandardCharsets.UTF_8);
        assertThat(schema.validate(
                        text,
                        InputFormat.JSON,
                        context -> context.executionConfig(config -> config.formatAssertionsEnabled(true))))
                .as(text)
                .isEmpty();
        return MAPPER.readTree(report);
    }
}
