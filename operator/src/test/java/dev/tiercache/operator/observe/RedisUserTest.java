package dev.tiercache.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RedisUserTest {

    @Test
    void whatRedisListsEqualsWhatWasWritten() {
        var written = RedisUser.parse("user exporter on #ab +ping +config|get");
        var listed = RedisUser.parse("user exporter on sanitize-payload #ab resetchannels -@all +ping +config|get");

        assertThat(listed).isEqualTo(written);
    }

    @Test
    void abbreviationsAreSpelledOut() {
        assertThat(RedisUser.parse("user a on nopass allkeys allchannels allcommands")
                        .rules())
                .isEqualTo(List.of("~*", "&*", "+@all"));
    }

    @Test
    void allPasswordsAreKept() {
        assertThat(RedisUser.parse("user a off #1 #2").hashes()).isEqualTo(Set.of("1", "2"));
    }

    @Test
    void aHashIsNeverPrinted() {
        assertThat(RedisUser.parse("user a on #deadbeef").toString()).doesNotContain("deadbeef");
    }

    @Test
    void anotherLineIsRefused() {
        assertThatThrownBy(() -> RedisUser.parse("# a comment")).hasMessageContaining("user NAME");
    }
}
