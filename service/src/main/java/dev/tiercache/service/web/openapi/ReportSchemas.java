package dev.tiercache.service.web.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.media.Schema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Turns the published JSON schema of reports into schemas of the document: there, definitions stand beside each other. */
final class ReportSchemas {

    /** The report as it is answered: with its metadata. */
    static final String NAME = "Report";

    private static final String DEFINITIONS = "$defs";
    private static final String IN_SCHEMA = "\"#/" + DEFINITIONS + "/";
    private static final String IN_DOCUMENT = "\"#/components/schemas/" + NAME + ".";

    private ReportSchemas() {}

    /** The schemas by their names in the document. */
    static Map<String, Schema<?>> of(String published) {
        ObjectNode report = (ObjectNode) JsonMapper.shared().readTree(published.replace(IN_SCHEMA, IN_DOCUMENT));
        Map<String, Schema<?>> schemas = new LinkedHashMap<>();
        JsonNode definitions = report.path(DEFINITIONS);
        definitions.propertyNames().forEach(name -> schemas.put(NAME + '.' + name, schema(definitions.path(name))));
        report.remove(List.of(DEFINITIONS, "$schema", "$id"));
        report.withObject("properties").putObject("metadata").put("$ref", "#/components/schemas/Metadata");
        report.withArray("required").add("metadata");
        schemas.put(NAME, schema(report));
        return schemas;
    }

    private static Schema<?> schema(JsonNode node) {
        try {
            return Json31.mapper().readValue(node.toString(), Schema.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the schema of reports is no schema", e);
        }
    }
}
