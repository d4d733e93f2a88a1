package dev.tiercache.operator.desired;

import static dev.tiercache.operator.desired.RenderedServer.asOperator;
import static dev.tiercache.operator.desired.RenderedServer.launch;
import static dev.tiercache.operator.desired.RenderedServer.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.tiercache.operator.testing.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A real redis-server holds what redis.conf says, and the table of keys is right about it. */
class RedisConfigProcessIT {
    static List<String> specs() {
        // One of them has a key that no server knows yet; what becomes of that has a test of its own.
        return Fixtures.specNames().stream()
                .filter(name -> !name.equals("everything"))
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("specs")
    void aServerHoldsWhatTheSpecSays(String spec) {
        Desired desired = Desired.of(Fixtures.named(spec), Fixtures.INPUTS);
        try (RedisServer server = start(desired)) {
            asOperator(server, redis -> {
                Map<String, String> actual = new TreeMap<>(redis.configGet("*"));
                desired.redisConfig()
                        .live()
                        .forEach((key, value) -> assertThat(actual.get(key))
                                .as(key)
                                .matches(answer -> answer != null && RedisKeys.sameValue(key, value, answer), value));
                desired.redisConfig()
                        .restart()
                        .forEach((key, value) -> assertThat(actual).containsEntry(key, value));
            });
        }
    }

    @Test
    void theDefaultsOfTheTableAreTheDefaultsOfTheServer() {
        try (RedisServer server = RedisServer.start()) {
            try (RedisClient client = RedisClient.create("redis://127.0.0.1:" + server.port());
                    StatefulRedisConnection<String, String> connection = client.connect()) {
                Map<String, String> actual = connection.sync().configGet("*");
                List<String> compared = new ArrayList<>();
                RedisKeys.known().forEach((name, key) -> {
                    // Lowered by the server itself where the process may open fewer files.
                    if (!key.ours() && actual.containsKey(name) && !name.equals("maxclients")) {
                        compared.add(name);
                        assertThat(RedisKeys.sameValue(name, key.fallback(), actual.get(name)))
                                .as("%s: %s in the table, %s in the server", name, key.fallback(), actual.get(name))
                                .isTrue();
                    }
                });
                assertThat(compared).hasSizeGreaterThan(40);
            }
        }
    }

    @Test
    void everyLiveKeyCanBeSetToItsDefaultWhileTheServerRuns() {
        try (RedisServer server = RedisServer.start();
                RedisClient client = RedisClient.create("redis://127.0.0.1:" + server.port());
                StatefulRedisConnection<String, String> connection = client.connect()) {
            Map<String, String> actual = connection.sync().configGet("*");
            RedisKeys.known().forEach((name, key) -> {
                if (key.keyClass() == RedisKeys.KeyClass.LIVE
                        && actual.containsKey(name)
                        && !name.equals("maxclients")) {
                    assertThatCode(() -> connection.sync().configSet(name, key.fallback()))
                            .as(name)
                            .doesNotThrowAnyException();
                }
            });
        }
    }

    @ParameterizedTest
    @CsvSource({
        "client-output-buffer-limit, replica 512mb 64mb 60",
        "maxmemory-clients, 5%",
        "notify-keyspace-events, AKE",
        "auto-aof-rewrite-min-size, 1gb",
        "latency-tracking-info-percentiles, 50 99.9",
        "loglevel, WARNING",
        "repl-backlog-size, 10MB"
    })
    void aSpellingOfItsOwnInTheAnswerIsNoDifference(String key, String value) {
        try (RedisServer server = RedisServer.start();
                RedisClient client = RedisClient.create("redis://127.0.0.1:" + server.port());
                StatefulRedisConnection<String, String> connection = client.connect()) {
            String before = connection.sync().configGet(key).getOrDefault(key, "");
            connection.sync().configSet(key, value);
            String answer = connection.sync().configGet(key).getOrDefault(key, "");

            assertThat(RedisKeys.sameValue(key, value, answer)).as(answer).isTrue();
            assertThat(RedisKeys.sameValue(key, value, before)).as(before).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "maxclients=many",
                "timeout=-1",
                "hz=fast",
                "active-defrag-ignore-bytes=0",
                "client-query-buffer-limit=1000kb",
                "repl-backlog-size=0",
                "databases=0",
                "repl-backlog-size=12qb",
                "notify-keyspace-events=Q",
                "client-output-buffer-limit=normal 0 0",
                "activerehashing=maybe",
                "loglevel=loud",
                "io-threads=0"
            })
    void aValueThatTheTableCallsWrongIsRefusedByTheServer(String setting) throws IOException {
        String key = setting.substring(0, setting.indexOf('='));
        String value = setting.substring(setting.indexOf('=') + 1);
        assertThat(RedisKeys.problem(key, value)).isPresent();

        Path directory = RedisServer.newDirectory();
        Path file = Files.writeString(directory.resolve("redis.conf"), key + " " + value + "\n");
        try (RedisServer server = RedisServer.start(directory, List.of(file.toString()))) {
            assertThat(server.awaitExit()).isNotZero();
            assertThat(server.log()).contains(key);
        }
    }

    @Test
    void aServerThatDoesNotKnowAKeySaysWhichInItsLastWords() {
        Desired desired = Fixtures.desired("redis: {config: {key-of-tomorrow: 'yes'}}");
        try (RedisServer server = launch(desired)) {
            assertThat(server.awaitExit()).isNotZero();
            assertThat(server.log()).contains("FATAL CONFIG FILE ERROR").contains("key-of-tomorrow yes");
        }
    }
}
