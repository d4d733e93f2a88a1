package dev.tiercache.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The observer against a real redis-server. */
class RedisProbeProcessIT {
    private static final Duration DEADLINE = Duration.ofMillis(1_500);
    private static final String ACL = Examples.desired("{}").acl().render();

    @TempDir
    Path directory;

    private final List<String> lost = new ArrayList<>();
    private final RedisConnections connections = new RedisConnections(
            uid -> {
                synchronized (lost) {
                    lost.add(uid);
                }
            },
            _ -> {});
    private final RedisProbe probe = new RedisProbe(connections, DEADLINE);
    private RedisServer redis;
    private RedisTarget target;

    @BeforeEach
    void start() throws Exception {
        // The delay holds for each key that is loaded from disk (microseconds).
        redis = RedisServer.start(
                directory,
                ACL,
                "--maxmemory",
                "64mb",
                "--key-load-delay",
                "1000",
                "--loading-process-events-interval-bytes",
                "1024");
        target = redis.target("operator", "operator-secret");
    }

    @AfterEach
    void stop() throws Exception {
        connections.close();
        redis.close();
    }

    @Test
    void aServingRedisTellsItsRoleVersionConfigurationAndUsers() {
        assertThat(probe.ask(target)).isInstanceOfSatisfying(RedisAnswer.Answering.class, answer -> {
            assertThat(answer.serving()).isTrue();
            assertThat(answer.version()).matches("\\d+\\.\\d+\\.\\d+");
            assertThat(answer.config()).containsEntry("maxmemory", "67108864");
            assertThat(answer.users().keySet()).containsExactlyInAnyOrder("default", "operator", "exporter");
        });
    }

    @Test
    void passwordsReadEqualThePasswordsWritten() {
        assertThat(probe.ask(target))
                .isInstanceOfSatisfying(
                        RedisAnswer.Answering.class,
                        answer -> ACL.lines()
                                .map(RedisUser::parse)
                                .forEach(written -> assertThat(answer.users().get(written.name()))
                                        .isNotNull()
                                        .returns(written.enabled(), RedisUser::enabled)
                                        .returns(written.noPassword(), RedisUser::noPassword)
                                        .returns(written.hashes(), RedisUser::hashes)));
    }

    @Test
    void anEqualStateGivesAnEqualAnswer() {
        assertThat(probe.ask(target)).isEqualTo(probe.ask(target));
    }

    @Test
    void noSecretIsInTheAnswer() {
        assertThat(probe.ask(target))
                .isInstanceOfSatisfying(
                        RedisAnswer.Answering.class,
                        answer -> assertThat(answer.config().keySet()).doesNotContain("requirepass", "masterauth"));
    }

    @Test
    void aWrongPasswordIsARefusalAndNotSilence() {
        assertThat(probe.ask(redis.target("operator", "wrong")))
                .isInstanceOfSatisfying(
                        RedisAnswer.Refused.class,
                        refused -> assertThat(refused.reason()).startsWith("WRONGPASS"));
    }

    @Test
    void aUserWithoutTheRightsIsARefusal() {
        assertThat(probe.ask(redis.target("exporter", "exporter-secret"))).isInstanceOf(RedisAnswer.Refused.class);
    }

    @Test
    void aFrozenRedisCostsNoMoreThanTheDeadline() throws Exception {
        probe.ask(target);
        redis.freeze();

        assertThat(Awaitility.await().atMost(DEADLINE.multipliedBy(3)).until(() -> probe.ask(target), it -> true))
                .isInstanceOfSatisfying(
                        RedisAnswer.Unreachable.class,
                        it -> assertThat(it.reason()).contains("1500 ms"));
        redis.thaw();
        assertThat(probe.ask(target)).isInstanceOf(RedisAnswer.Answering.class);
    }

    @Test
    void aFrozenRedisCannotBeConnectedToWithinTheDeadlineEither() throws Exception {
        redis.freeze();

        assertThat(probe.ask(target)).isInstanceOf(RedisAnswer.Unreachable.class);
    }

    @Test
    void theLossOfAConnectionIsToldAtOnceAndTheNextQuestionConnectsAnew() throws Exception {
        probe.ask(target);
        redis.kill();

        Awaitility.await().atMost(Duration.ofSeconds(2)).untilAsserted(() -> {
            synchronized (lost) {
                assertThat(lost).containsExactly(target.podUid());
            }
        });
        assertThat(probe.ask(target))
                .isInstanceOfSatisfying(
                        RedisAnswer.Unreachable.class,
                        it -> assertThat(it.reason()).contains("refused"));
        redis.restart();
        assertThat(probe.ask(target)).isInstanceOf(RedisAnswer.Answering.class);
    }

    @Test
    void aReplicaIsNotServing() {
        run("replicaof", "127.0.0.1", "1");

        assertThat(probe.ask(target))
                .isInstanceOfSatisfying(
                        RedisAnswer.Answering.class,
                        answer -> assertThat(answer.serving()).isFalse());
    }

    @Test
    void aRedisThatLoadsItsDataAnswersSo() throws Exception {
        redisCli(
                "default",
                "client-secret",
                List.of("eval", "for i=1,20000 do redis.call('set', 'key'..i, string.rep('x', 64)) end", "0"));
        run("save");
        redis.kill();
        redis.restart();

        assertThat(probe.ask(target)).isInstanceOfSatisfying(RedisAnswer.Answering.class, answer -> {
            assertThat(answer.loading()).isTrue();
            assertThat(answer.serving()).isFalse();
        });
    }

    private void run(String... command) {
        redisCli("operator", "operator-secret", List.of(command));
    }

    private void redisCli(String user, String password, List<String> command) {
        try {
            var process = new ProcessBuilder(cli(user, password, command))
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
            assertThat(output).doesNotContain("ERR").doesNotContain("NOPERM");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private List<String> cli(String user, String password, List<String> command) {
        var all = new ArrayList<>(List.of(
                "redis-cli",
                "--no-auth-warning",
                "-p",
                String.valueOf(redis.port()),
                "--user",
                user,
                "--pass",
                password));
        all.addAll(command);
        return all;
    }
}
