package dev.tiercache.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
    private static final Map<String, String> SMALLEST =
            Map.of("REDIS_IMAGE", "redis:8", "API_IMAGE", "tiercache/service:0.1.0");

    @Test
    void theImagesAreEnoughForAllDefaults() {
        var settings = Settings.from(SMALLEST);

        assertThat(settings.watchNamespaces()).isEmpty();
        assertThat(settings.leaderElection()).isTrue();
        assertThat(settings.leaseName()).isEqualTo("tiercache-operator");
        assertThat(settings.httpPort()).isEqualTo(8080);
        assertThat(settings.observeInterval()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void namespacesAreAListWithoutBlanks() {
        assertThat(with("WATCH_NAMESPACES", " b, a ,,b").watchNamespaces()).containsExactlyInAnyOrder("a", "b");
    }

    @ParameterizedTest
    @CsvSource({
        "WATCH_NAMESPACES, 'a,B_c', a comma-separated list",
        "OPERATOR_NAMESPACE, 'No Name', a namespace name",
        "LEADER_ELECTION, maybe, Enabled or Disabled",
        "HTTP_PORT, 65536, an integer from 0 to 65535",
        "HTTP_PORT, http, an integer from 0 to 65535",
        "OBSERVE_INTERVAL_SECONDS, 0, an integer from 1 to 3600",
        "REDIS_IMAGE, 'redis 8', an image reference",
        "LOG_LEVEL, LOUD, 'TRACE, DEBUG, INFO'",
        "LOG_FORMAT, xml, json or text",
    })
    void aWrongValueIsNamedWithWhatWasExpected(String name, String value, String expected) {
        assertThatThrownBy(() -> with(name, value))
                .isInstanceOf(Settings.InvalidSettingsException.class)
                .hasMessageContaining(name + ": '" + value + "'")
                .hasMessageContaining(expected);
    }

    @Test
    void allProblemsAreToldAtOnce() {
        assertThatThrownBy(() -> Settings.from(Map.of("HTTP_PORT", "x")))
                .hasMessageContaining("REDIS_IMAGE: not set")
                .hasMessageContaining("API_IMAGE: not set")
                .hasMessageContaining("HTTP_PORT");
    }

    private static Settings with(String name, String value) {
        var environment = new HashMap<>(SMALLEST);
        environment.put(name, value);
        return Settings.from(environment);
    }
}
