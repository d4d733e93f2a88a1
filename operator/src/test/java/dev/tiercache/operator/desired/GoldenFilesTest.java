package dev.tiercache.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every object that is rendered for a spec is the one in the golden file, where a person reviewed it. A change is written
 * by dev/generate and reviewed in the diff.
 */
class GoldenFilesTest {
    private static final ObjectMapper YAML = new ObjectMapper(YAMLFactory.builder()
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .enable(YAMLGenerator.Feature.LITERAL_BLOCK_STYLE)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .build());

    static List<String> specs() {
        return Fixtures.specNames();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("specs")
    void whatIsRenderedIsWhatWasReviewed(String spec) throws IOException {
        Path golden = Fixtures.DIRECTORY.resolve("golden").resolve(spec + ".yaml");
        StringBuilder rendered = new StringBuilder();
        for (HasMetadata object : Fixtures.desired(Fixtures.named(spec)).objects()) {
            rendered.append(readable(object));
        }
        if (Boolean.getBoolean("tiercache.write")) {
            Files.writeString(golden, rendered);
        }

        assertThat(rendered.toString()).isEqualTo(Files.readString(golden));
    }

    /** Secrets with their text instead of base64, for a reader. */
    private static String readable(HasMetadata object) throws IOException {
        ObjectNode tree = Serialization.jsonMapper().valueToTree(object);
        if (object.getKind().equals("Secret")) {
            ObjectNode data = (ObjectNode) tree.get("data");
            data.properties()
                    .forEach(entry -> data.put(
                            entry.getKey(),
                            new String(
                                    Base64.getDecoder().decode(entry.getValue().asText()), StandardCharsets.UTF_8)));
        }
        return YAML.writeValueAsString(tree);
    }
}
