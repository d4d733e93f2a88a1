package dev.tiercache.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiercache.operator.crd.SentinelSpec;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class NodesFileTest {
    private static final Names NAMES = new Names("shop", "reports", "uid-1");
    private static final Map<String, String> ADDRESSES = Map.of(
            "reports-redis-0", "10.0.0.1",
            "reports-redis-1", "10.0.0.2",
            "reports-sentinel-0", "10.0.1.1",
            "reports-sentinel-1", "10.0.1.2",
            "reports-sentinel-2", "10.0.1.3");

    @Test
    void theAddressesComeBackAsTheyWereWritten() {
        assertThat(NodesFile.addresses(NAMES, render(NAMES, settings(1_500, 15))))
                .isEqualTo(ADDRESSES);
    }

    @Test
    void aFileThatIsNotThereHasNoAddresses() {
        assertThat(NodesFile.addresses(NAMES, "")).isEmpty();
        assertThat(NodesFile.addresses(NAMES, "# nothing\nmaster_name=shop-reports\nredises=\"10.0.0.1\"\n"))
                .isEmpty();
    }

    @Test
    void secondsAreRoundedUpSoThatNobodyWaitsTooShort() {
        assertThat(lines(render(NAMES, settings(1_500, 15))))
                .containsEntry("down_after_millis", "1500")
                .containsEntry("down_after_seconds", "2")
                .containsEntry("failover_timeout_millis", "15000")
                .containsEntry("failover_timeout_seconds", "15")
                .containsEntry("quorum", "2")
                .containsEntry("majority", "2")
                .containsEntry("redises", "\"10.0.0.1 10.0.0.2\"")
                .containsEntry("sentinels", "\"10.0.1.1 10.0.1.2 10.0.1.3\"");
    }

    @Test
    void aSentinelKeepsItsIdentityAndOneOfAnotherResourceHasAnother() {
        var settings = settings(5_000, 15);
        var ids = ids(render(NAMES, settings));

        assertThat(ids.values()).hasSize(3).doesNotHaveDuplicates().allMatch(id -> id.matches("[0-9a-f]{40}"));
        assertThat(ids(render(NAMES, settings(9_000, 60)))).isEqualTo(ids);
        assertThat(ids(render(new Names("shop", "reports", "uid-2"), settings)).values())
                .as("the same name, made anew")
                .doesNotContainAnyElementsOf(ids.values());
    }

    @Test
    void aPodWithoutAnAddressIsNamed() {
        var settings = settings(5_000, 15);

        assertThatThrownBy(() -> NodesFile.render(NAMES, settings, 3, 3, ADDRESSES))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no address of reports-redis-2");
    }

    private static String render(Names names, SentinelSpec settings) {
        return NodesFile.render(names, settings, 2, 3, ADDRESSES);
    }

    private static Map<String, String> ids(String file) {
        return lines(file).entrySet().stream()
                .filter(line -> line.getKey().startsWith("id_"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static Map<String, String> lines(String file) {
        return file.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
    }

    private static SentinelSpec settings(int downAfterMillis, int failoverTimeoutSeconds) {
        return new SentinelSpec(3, null, downAfterMillis, failoverTimeoutSeconds, 1);
    }
}
