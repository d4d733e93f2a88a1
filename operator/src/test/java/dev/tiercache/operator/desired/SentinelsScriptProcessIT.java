package dev.tiercache.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the scripts of the pods make of the Sentinels' answers, in a real shell. */
class SentinelsScriptProcessIT {
    /** A Sentinel that hangs does so for longer than this test waits. */
    private static final Duration LIMIT = Duration.ofSeconds(20);

    /** {@code -} says nothing, and {@code hangs} nothing for a minute. */
    @ParameterizedTest
    @Timeout(60)
    @CsvSource({
        "10.0.0.1 10.0.0.1 10.0.0.1, 10.0.0.1",
        "10.0.0.1 10.0.0.2 10.0.0.1, 10.0.0.1",
        "10.0.0.1 - 10.0.0.1, 10.0.0.1",
        "10.0.0.1 10.0.0.1 hangs, 10.0.0.1",
        "hangs 10.0.0.1 10.0.0.1, 10.0.0.1",
        "none none hangs, none",
        "10.0.0.1 none -, ''",
        "10.0.0.1 10.0.0.2 none, ''",
        "10.0.0.1 - -, ''",
        "- - -, ''"
    })
    void whatAMajoritySaysIsKnownWithoutTheRest(String answers, String agreed) throws Exception {
        assertThat(run("""
                %s
                sentinels='%s' majority=2
                named_by() {
                    case $1 in
                    -) ;;
                    hangs) sleep 60 ;;
                    *) echo "$1" ;;
                    esac
                }
                ask_sentinels | agreed
                """.formatted(Scripts.text(Scripts.FUNCTIONS), answers))).isEqualTo(agreed);
    }

    private static String run(String script) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("sh", "-eu")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            shell.getOutputStream().write(script.getBytes(StandardCharsets.UTF_8));
            shell.getOutputStream().close();
            assertThat(shell.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .as("the shell ends by itself")
                    .isTrue();
            return new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } finally {
            shell.descendants().forEach(ProcessHandle::destroyForcibly);
            shell.destroyForcibly();
        }
    }
}
