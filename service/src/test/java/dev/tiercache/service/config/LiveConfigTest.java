package dev.tiercache.service.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that change while the service runs. */
class LiveConfigTest {

    @TempDir
    Path folder = Path.of("");

    private Path file = Path.of("");

    @BeforeEach
    void name() {
        file = folder.resolve("cache.properties");
    }

    @Test
    void theFileWinsOverTheEnvironmentWhichWinsOverTheDefault() throws Exception {
        Files.writeString(file, "L1_TTL_SECONDS=10\n");
        LiveConfig config = config(Map.of("L1_TTL_SECONDS", "20", "L2_TTL_SECONDS", "30"));

        assertThat(config.current().cache().l1TtlMillis()).isEqualTo(10_000);
        assertThat(config.current().cache().l2TtlMillis()).isEqualTo(30_000);
        assertThat(config.current().cache().l2CommandTimeoutMillis()).isEqualTo(50);
    }

    @Test
    void aChangeIsToldOnceAndAnUnchangedFileIsNot() throws Exception {
        Files.writeString(file, "");
        LiveConfig config = config(Map.of());
        List<Duration> told = new ArrayList<>();
        config.onChange(live -> told.add(live.webSocketInterval()));

        config.poll();
        Files.writeString(file, "PHASE4_WS_INTERVAL_SECONDS=0.1\n");
        config.poll();
        config.poll();

        assertThat(told).containsExactly(Duration.ofSeconds(30), Duration.ofMillis(100));
    }

    @Test
    void aBadValueLeavesTheLastGoodOneAndTheOthersCount() throws Exception {
        Files.writeString(file, "L1_TTL_SECONDS=10\nL2_TTL_SECONDS=20\n");
        LiveConfig config = config(Map.of());

        Files.writeString(file, "L1_TTL_SECONDS=ten\nL2_TTL_SECONDS=40\n");
        config.poll();

        assertThat(config.current().cache().l1TtlMillis()).isEqualTo(10_000);
        assertThat(config.current().cache().l2TtlMillis()).isEqualTo(40_000);
        assertThat(config.problems())
                .containsExactly(new Problem("L1_TTL_SECONDS", "ten", "a whole number of seconds, 1 to 2592000"));

        Files.writeString(file, "L1_TTL_SECONDS=11\n");
        config.poll();
        assertThat(config.problems()).isEmpty();
    }

    @Test
    void l1TakesNoMoreThanItsShareOfTheHeapWhateverIsSet() throws Exception {
        Files.writeString(file, "");
        LiveConfig config = new LiveConfig(
                Settings.of(Map.of("L1_MAX_BYTES", "1000001", "CONFIG_FILE", file.toString())), 1_000_000);

        assertThat(config.current().cache().l1MaxBytes()).isEqualTo(1_000_000);
        assertThat(config.problems())
                .containsExactly(
                        new Problem("L1_MAX_BYTES", "1000001", "at most 1000000, half of the heap: that is used"));

        Files.writeString(file, "L1_MAX_BYTES=1000000\n");
        config.poll();
        assertThat(config.current().cache().l1MaxBytes()).isEqualTo(1_000_000);
        assertThat(config.problems()).isEmpty();

        Files.writeString(file, "L1_MAX_BYTES=2000000\n");
        config.poll();
        assertThat(config.current().cache().l1MaxBytes()).isEqualTo(1_000_000);
        assertThat(config.problems()).extracting(Problem::name).containsExactly("L1_MAX_BYTES");
    }

    @Test
    void aKeyThatIsRemovedReturnsToTheEnvironment() throws Exception {
        Files.writeString(file, "L1_TTL_SECONDS=10\n");
        LiveConfig config = config(Map.of("L1_TTL_SECONDS", "20"));

        Files.writeString(file, "");
        config.poll();

        assertThat(config.current().cache().l1TtlMillis()).isEqualTo(20_000);
    }

    @Test
    void aFileThatIsGoneChangesNothing() throws Exception {
        Files.writeString(file, "L1_TTL_SECONDS=10\n");
        LiveConfig config = config(Map.of());

        Files.delete(file);
        config.poll();

        assertThat(config.current().cache().l1TtlMillis()).isEqualTo(10_000);
    }

    @Test
    void anUnknownNameAndAFileThatIsNoneAreToldAndChangeNothing() throws Exception {
        Files.writeString(file, "L1_TTL=10\n");
        LiveConfig config = config(Map.of());
        assertThat(config.problems()).extracting(Problem::name).containsExactly("L1_TTL");

        Files.writeString(file, "x=\\u12\n");
        config.poll();
        assertThat(config.problems()).extracting(Problem::name).containsExactly("CONFIG_FILE");
    }

    @Test
    void aSecretInTheFileIsNotShown() throws Exception {
        Files.writeString(file, "REDIS_URL=http://:hidden@h\n");

        assertThat(config(Map.of()).problems().toString()).contains("REDIS_URL").doesNotContain("hidden");
    }

    @Test
    void aListenerThatFailsKeepsTheNewsFromNoOther() throws Exception {
        Files.writeString(file, "");
        LiveConfig config = config(Map.of());
        AtomicInteger told = new AtomicInteger();
        config.onChange(live -> {
            if (live.cache().l1TtlMillis() == 10_000) {
                throw new IllegalStateException("on purpose");
            }
        });
        config.onChange(live -> told.incrementAndGet());

        Files.writeString(file, "L1_TTL_SECONDS=10\n");
        config.poll();

        assertThat(told).hasValue(2);
    }

    @Test
    void aNewPasswordIsToldOnce() throws Exception {
        Path password = Files.writeString(folder.resolve("password"), "one");
        LiveConfig config = new LiveConfig(Settings.of(Map.of("REDIS_PASSWORD_FILE", password.toString())));
        AtomicInteger told = new AtomicInteger();
        config.onPasswordChange(told::incrementAndGet);

        config.poll();
        Files.writeString(password, "two");
        config.poll();
        config.poll();

        assertThat(told).hasValue(1);
    }

    private LiveConfig config(Map<String, String> environment) throws SettingsException, IOException {
        Map<String, String> all = new java.util.HashMap<>(environment);
        all.put("CONFIG_FILE", file.toString());
        return new LiveConfig(Settings.of(all));
    }
}
