package dev.tiercache.service.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What .env.example and docker-compose.yml say of the variables is what the code does. */
class DocumentedVariablesTest {

    private static final Path ROOT = Path.of("..");

    /** What docker compose fixes itself: ports inside the container, and files that it does not mount. */
    private static final List<String> FIXED_BY_COMPOSE = List.of(
            "SERVER_PORT",
            "MANAGEMENT_PORT",
            "ADMIN_TOKEN_FILE",
            "MARKET_DATA_API_KEY_FILE",
            "REDIS_PASSWORD_FILE",
            "REDIS_SENTINEL_PASSWORD_FILE",
            "REDIS_TLS_CA_FILE",
            "CONFIG_FILE");

    @Test
    void theExampleNamesEveryVariableWithItsDefault() throws IOException {
        assertThat(example()).isEqualTo(defaults());
    }

    @Test
    void theExampleMarksExactlyTheVariablesThatAreReadAgain() throws IOException {
        List<String> lines = Files.readAllLines(ROOT.resolve(".env.example"));
        for (Variable variable : Variable.values()) {
            int at = lines.indexOf(variable.name() + "=" + variable.defaultValue());
            boolean marked = lines.get(at - 1).startsWith("# (live)");
            assertThat(marked).as(variable.name()).isEqualTo(variable.life() == Variable.Life.LIVE);
        }
    }

    @Test
    void composeHandsEveryVariableToTheServiceWithTheSameDefault() throws IOException {
        String compose = Files.readString(ROOT.resolve("docker-compose.yml"));
        Map<String, String> handed = new TreeMap<>();
        Matcher entry = Pattern.compile("(?m)^      ([A-Z0-9_]+): (\\$\\{\\1:-(.*)}|.*)$")
                .matcher(compose);
        while (entry.find()) {
            handed.put(entry.group(1), entry.group(3) == null ? "(given)" : entry.group(3));
        }

        Map<String, String> expected = new TreeMap<>(defaults());
        FIXED_BY_COMPOSE.forEach(expected::remove);
        expected.put("REDIS_URL", "(given)");
        expected.put("REDIS_PASSWORD", "(given)");
        assertThat(handed).isEqualTo(expected);
    }

    private static Map<String, String> defaults() {
        Map<String, String> defaults = new TreeMap<>();
        Arrays.stream(Variable.values()).forEach(v -> defaults.put(v.name(), v.defaultValue()));
        return defaults;
    }

    private static Map<String, String> example() throws IOException {
        Map<String, String> example = new TreeMap<>();
        for (String line : Files.readAllLines(ROOT.resolve(".env.example"))) {
            if (!line.isBlank() && !line.startsWith("#")) {
                int equals = line.indexOf('=');
                example.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return example;
    }
}
