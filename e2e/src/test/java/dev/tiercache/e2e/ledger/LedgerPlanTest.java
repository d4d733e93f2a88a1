package dev.tiercache.e2e.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiercache.e2e.ledger.redis.Address;
import dev.tiercache.e2e.ledger.redis.Login;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ledger's command line. */
class LedgerPlanTest {

    private static final String URL = "redis://localhost:6379";

    @Test
    void aUrlIsEnough() {
        LedgerPlan plan = parse("--url", URL);

        assertThat(plan.redis().addresses()).containsExactly(new Address("localhost", 6379));
        assertThat(plan.redis().masterName()).isEmpty();
        assertThat(plan.redis().login()).isEqualTo(Login.NONE);
        assertThat(plan.rate()).isEqualTo(200);
        assertThat(plan.clientTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(plan.commandTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(plan.key(3, 17)).matches("ledger:[a-z0-9]+:3:17");
        assertThat(plan.intervalNanos()).isEqualTo(5_000_000);
        assertThat(parse("--url", URL).run()).isNotEqualTo(plan.run());
    }

    @Test
    void sentinelsAreKeptOneByOne() {
        LedgerPlan plan = parse("--url", "redis-sentinel://a.svc:26379,b.svc:26380/2#ns-reports");

        assertThat(plan.redis().addresses()).containsExactly(new Address("a.svc", 26379), new Address("b.svc", 26380));
        assertThat(plan.redis().masterName()).isEqualTo("ns-reports");
        assertThat(plan.redis().database()).isEqualTo(2);
    }

    @Test
    void passwordsComeByEnvironmentOrByFileAndAreNotShown(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("password"), "behind\n");

        LedgerPlan plan = LedgerPlan.parse(
                Map.of("LEDGER_PASSWORD", "plain-secret", "LEDGER_SENTINEL_PASSWORD_FILE", file.toString()),
                "--url",
                URL,
                "--username",
                "app");

        assertThat(plan.redis().login()).isEqualTo(new Login("app", "plain-secret"));
        assertThat(plan.redis().sentinelLogin()).isEqualTo(new Login("", "behind"));
        assertThat(plan.toString()).doesNotContain("plain-secret", "behind");
    }

    @Test
    void aPasswordFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> LedgerPlan.parse(Map.of("LEDGER_PASSWORD_FILE", "/nowhere/password"), "--url", URL))
                .hasMessageContaining("LEDGER_PASSWORD_FILE is '/nowhere/password', expected a file that can be read");
    }

    @Test
    void aLoginInTheUrlIsRefusedAndNotRepeated() {
        assertThatThrownBy(() -> parse("--url", "redis://:hidden@localhost:6379"))
                .hasMessageContaining("it has a login")
                .hasMessageContaining("LEDGER_PASSWORD")
                .hasMessageNotContaining("hidden");
    }

    @Test
    void whatMakesNoSenseIsRefusedByNameValueAndExpectation() {
        assertThatThrownBy(() -> parse()).hasMessageContaining("--url is '', expected redis://");
        assertThatThrownBy(() -> parse("--url", "http://a"))
                .hasMessageContaining("--url is 'http://a', expected redis://");
        assertThatThrownBy(() -> parse("--url", "redis-sentinel://a:26379"))
                .hasMessageContaining("--url is 'redis-sentinel://a:26379', expected redis://");
        assertThatThrownBy(() -> parse("--url", URL, "--rate", "9"))
                .hasMessageContaining("--rate is '9', expected a whole number from 10 to 2000");
        assertThatThrownBy(() -> parse("--url", URL, "--run", "a:b"))
                .hasMessageContaining("--run is 'a:b', expected 1 to 64");
    }

    @Test
    void keysMayNotExpireBeforeTheyWereChecked() {
        assertThatThrownBy(() -> parse("--url", URL, "--seconds", "600", "--ttl-seconds", "700"))
                .hasMessageContaining("--ttl-seconds is '700', expected a whole number from 900 to");
        assertThat(parse("--url", URL, "--seconds", "600", "--ttl-seconds", "900")
                        .ttl())
                .isEqualTo(Duration.ofMinutes(15));
    }

    private static LedgerPlan parse(String... args) {
        return LedgerPlan.parse(Map.of(), args);
    }
}
