package dev.tiercache.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the scripts of the pods make of the Sentinels' answers, in a real shell. */
@Timeout(60)
class SentinelsScriptProcessIT {
    /** A Sentinel that hangs does so for longer than this test waits. */
    private static final Duration LIMIT = Duration.ofSeconds(15);

    private static final String NAMED_BY = """
            named_by() {
                case $1 in
                -) ;;
                hangs) sleep 30 ;;
                later) [ "$(centiseconds)" -lt "$((start + 100))" ] || echo 10.0.0.2 ;;
                *) echo "$1" ;;
                esac
            }
            start=$(centiseconds) majority=2
            """;

    /** {@code -} says nothing, and {@code hangs} nothing for a while. */
    @ParameterizedTest
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
        assertThat(run("sentinels='" + answers + "'\nask_sentinels | agreed")).isEqualTo(agreed);
    }

    @Test
    void anAgreementIsWaitedForWithoutOneThatHangs() throws Exception {
        assertThat(run("""
                sentinels='hangs later 10.0.0.2'
                await_agreement 10.0.0.2 3000
                [ "$(centiseconds)" -ge $((start + 100)) ] && echo agreed
                """)).isEqualTo("agreed");
    }

    @Test
    void anAgreementThatDoesNotComeIsWaitedForInVain() throws Exception {
        assertThat(run("""
                sentinels='10.0.0.1 10.0.0.1 10.0.0.2'
                await_agreement 10.0.0.2 100
                [ "$(centiseconds)" -ge $((start + 100)) ] && echo over
                """)).isEqualTo("over");
    }

    /** What the script prints; it must end by itself. */
    private static String run(String script) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("sh", "-u")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            shell.getOutputStream()
                    .write((Scripts.text(Scripts.FUNCTIONS) + NAMED_BY + script).getBytes(StandardCharsets.UTF_8));
            shell.getOutputStream().close();
            assertThat(shell.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .as("the shell ends by itself")
                    .isTrue();
            return new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } finally {
            shell.destroyForcibly();
        }
    }
}
