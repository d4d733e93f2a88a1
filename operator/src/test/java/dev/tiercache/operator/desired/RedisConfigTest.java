package dev.tiercache.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.operator.crd.ConfigKeys;
import dev.tiercache.operator.desired.RedisKeys.KeyClass;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the keys of a spec find their class. */
class RedisConfigTest {

    @Test
    void aKeyIsLiveOrForARestartOrRejected() {
        RedisConfig config = Fixtures.desired(
                        "redis: {config: {maxclients: '500', databases: '4', hz: fast, key-of-tomorrow: 'on'}}")
                .redisConfig();

        assertThat(config.live()).containsEntry("maxclients", "500").doesNotContainKeys("databases", "hz");
        assertThat(config.restart()).containsOnlyKeys("databases", "key-of-tomorrow");
        assertThat(config.rejected()).containsOnlyKeys("hz");
        assertThat(config.rejected().get("hz")).contains("'fast'").contains("whole number from 1 to 500");
        assertThat(config.render()).contains("maxclients 500\n").doesNotContain("hz ");
    }

    @Test
    void aKeyThatLeavesTheSpecReturnsToItsDefault() {
        assertThat(Fixtures.desired("redis: {config: {maxclients: '500'}}")
                        .redisConfig()
                        .defaults())
                .doesNotContainKey("maxclients")
                .containsEntry("timeout", "0");
        assertThat(Fixtures.desired("{}").redisConfig().defaults()).containsEntry("maxclients", "10000");
    }

    @Test
    void aMistakenValueOfALiveKeyLeavesTheDefaultInForce() {
        RedisConfig config =
                Fixtures.desired("redis: {config: {timeout: soon}}").redisConfig();

        assertThat(config.defaults()).containsEntry("timeout", "0");
    }

    @Test
    void theOperatorsChoicesYieldToTheSpec() {
        assertThat(Fixtures.desired("{}").redisConfig().live()).containsEntry("lazyfree-lazy-eviction", "yes");
        assertThat(Fixtures.desired("redis: {config: {lazyfree-lazy-eviction: 'no'}}")
                        .redisConfig()
                        .live())
                .containsEntry("lazyfree-lazy-eviction", "no");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Disabled              | no  | ''",
                "AppendOnly            | yes | ''",
                "Snapshot              | no  | 900 1",
                "AppendOnlyAndSnapshot | yes | 900 1"
            })
    void persistenceIsWhatTheModeSays(String mode, String appendOnly, String save) {
        RedisConfig config = Fixtures.desired("redis: {persistence: {mode: %s}}".formatted(mode))
                .redisConfig();

        assertThat(config.live()).containsEntry("appendonly", appendOnly).containsEntry("save", save);
    }

    @Test
    void noKnownKeyIsOneThatTheSchemaRefuses() {
        Pattern refused = Pattern.compile(ConfigKeys.FORBIDDEN + "|" + ConfigKeys.WITH_OWN_FIELD);

        assertThat(RedisKeys.known().keySet())
                .noneMatch(key -> refused.matcher(key).matches())
                .allMatch(key -> key.matches(ConfigKeys.FORM));
    }

    @Test
    void everyKeyThatTheOperatorOwnsIsRefusedInASpec() {
        Pattern refused = Pattern.compile(ConfigKeys.FORBIDDEN + "|" + ConfigKeys.WITH_OWN_FIELD);
        RedisConfig config = Fixtures.desired("{}").redisConfig();

        assertThat(config.fixed().keySet()).allMatch(key -> refused.matcher(key).matches());
        assertThat(config.live().keySet())
                .allMatch(key -> RedisKeys.known().containsKey(key)
                        || refused.matcher(key).matches());
    }

    @Test
    void everyFallbackHasTheFormOfItsKey() {
        RedisKeys.known()
                .forEach((name, key) -> assertThat(RedisKeys.problem(name, key.fallback()))
                        .as(name)
                        .isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "maxmemory                  | 512mb                 | 536870912              | true",
                "maxmemory                  | 512m                  | 536870912              | false",
                "auto-aof-rewrite-min-size  | 1G                    | 1000000000             | true",
                "notify-keyspace-events     | KEA                   | AKE                    | true",
                "notify-keyspace-events     | Ex                    | Kx                     | false",
                "client-output-buffer-limit | normal 0 0 0          | slave 256mb 64mb 60    | true",
                "client-output-buffer-limit | replica 256mb 64mb 61 | slave 256mb 64mb 60    | false",
                "loglevel                   | Notice                | notice                 | true",
                "key-of-tomorrow            | 1mb                   | 1048576                | false"
            })
    void spellingsOfOneValueAreOneValue(String key, String one, String other, boolean same) {
        assertThat(RedisKeys.sameValue(key, one, other)).isEqualTo(same);
    }

    @Test
    void aKeyOutsideTheTableNeedsARestart() {
        assertThat(RedisKeys.classOf("key-of-tomorrow")).isEqualTo(KeyClass.RESTART);
        assertThat(RedisKeys.classOf("appendonly")).isEqualTo(KeyClass.LIVE);
    }
}
