package dev.tiercache.e2e.chart;

import static dev.tiercache.e2e.chart.Chart.at;
import static dev.tiercache.e2e.chart.Chart.map;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** The table of docs/helm-values.md is made from the schema's descriptions and the defaults of values.yaml. */
class ValuesPageTest {
    private static final String BEGIN = "<!-- made from values.yaml and values.schema.json: begin -->\n";
    private static final String END = "<!-- made from values.yaml and values.schema.json: end -->\n";

    @Test
    void listsEveryValueWithItsDefault() {
        Map<String, Object> schema = new Yaml().load(Repository.read(Repository.CHART.resolve("values.schema.json")));
        Map<String, Object> values = new Yaml().load(Repository.read(Repository.CHART.resolve("values.yaml")));
        var table = new StringBuilder("| value | default | meaning |\n|---|---|---|\n");
        rows("", schema, values, table);

        var file = Repository.ROOT.resolve("docs/helm-values.md");
        var page = Repository.read(file);
        assertThat(page).contains(BEGIN, END);
        Repository.assertUpToDate(
                file,
                page.substring(0, page.indexOf(BEGIN) + BEGIN.length()) + table + page.substring(page.indexOf(END)));
    }

    private static void rows(String path, Map<String, Object> schema, Map<String, Object> values, StringBuilder table) {
        map(at(schema, "properties")).forEach((key, property) -> {
            if (!values.containsKey(key)) {
                return;
            }
            var value = values.get(key);
            // Requests and limits are read together, as one value.
            if (map(property).containsKey("properties") && !key.equals("resources")) {
                rows(path + key + ".", map(property), map(value), table);
            } else {
                table.append("| `%s%s` | `%s` | %s%s |\n"
                        .formatted(path, key, flow(value), map(property).get("description"), limits(map(property))));
            }
        });
    }

    /** The default as one line of YAML. */
    private static String flow(Object value) {
        if ("".equals(value)) {
            return "\"\"";
        }
        var options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.FLOW);
        options.setWidth(200);
        return new Yaml(options).dump(value).strip();
    }

    private static String limits(Map<String, Object> property) {
        if (property.get("enum") instanceof List<?> names) {
            return " One of "
                    + String.join(", ", names.stream().map(Object::toString).toList()) + ".";
        }
        return property.containsKey("maximum")
                ? " From %s to %s.".formatted(property.get("minimum"), property.get("maximum"))
                : "";
    }
}
