package dev.tiercache.service.faults;

import dev.tiercache.service.redis.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The clock of one of the two instances is set, by libfaketime. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class ClockFaultsProcessIT {

    private static final Duration STEP = Duration.ofSeconds(5);

    private final Path folder;
    private final Path offset;
    private final RedisServer redis = RedisServer.running();
    private final Stage stage;

    ClockFaultsProcessIT(@TempDir Path folder) throws IOException {
        this.folder = folder;
        offset = Files.writeString(folder.resolve("offset"), "+0");
        Map<String, String> environment = Map.of("REDIS_URL", redis.url());
        Map<String, String> faked = new HashMap<>(environment);
        faked.put("LD_PRELOAD", library().toString());
        faked.put("FAKETIME_TIMESTAMP_FILE", offset.toString());
        // The file is read again after a second.
        faked.put("FAKETIME_CACHE_DURATION", "1");
        // Only the time of day is set; what measures spans goes on as it does on a real machine.
        faked.put("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        faked.put("FAKETIME_FORCE_MONOTONIC_FIX", "0");
        stage = Stage.of(environment, faked, List.of(), redis);
    }

    @AfterEach
    void setBack() throws IOException {
        set("+0");
    }

    @AfterAll
    void closeAll() {
        stage.close();
    }

    @Test
    void aClockThatIsSetForwardsCostsNoAnswerAndNoConnection() throws IOException {
        step("clock 5 s forwards", "+" + STEP.toSeconds());
    }

    @Test
    void aClockThatIsSetBackwardsCostsNoAnswerAndNoConnection() throws IOException {
        step("clock 5 s backwards", "-" + STEP.toSeconds());
    }

    private void step(String fault, String next) throws IOException {
        double before = stage.losses();
        try (Trial trial = Trial.withSkew(stage, fault, STEP)) {
            set(next);
            trial.runs(Duration.ofSeconds(8));
            set("+0");
            trial.runs(Duration.ofSeconds(2));
            trial.claims().assertThat(stage.losses()).as("losses of the link").isEqualTo(before);
            trial.recovers();
            trial.end();
        }
    }

    private void set(String next) throws IOException {
        Files.move(Files.writeString(folder.resolve("next"), next), offset, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Path library() throws IOException {
        try (Stream<Path> found = Files.find(
                Path.of("/usr/lib"), 3, (path, attributes) -> path.endsWith(Path.of("faketime", "libfaketime.so.1")))) {
            return found.findFirst()
                    .orElseThrow(() ->
                            new IllegalStateException("libfaketime.so.1 is missing: apt-get install libfaketime"));
        }
    }
}
