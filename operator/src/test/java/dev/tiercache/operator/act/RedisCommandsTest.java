package dev.tiercache.operator.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.operator.observe.RedisUser;
import org.junit.jupiter.api.Test;

class RedisCommandsTest {
    private static final RedisUser WANTED = RedisUser.parse("user default on #new ~* +@all");

    @Test
    void passwordsThatStayAreNotReset() {
        var present = RedisUser.parse("user default on #old ~* +@all");

        assertThat(RedisCommands.rules(WANTED, present))
                .doesNotContain("resetpass")
                .contains("#new")
                .endsWith("resetkeys", "resetchannels", "-@all", "~*", "+@all");
    }

    @Test
    void passwordsThatEndAreResetBeforeTheNewOnes() {
        assertThat(RedisCommands.rules(WANTED, null)).containsSubsequence("resetpass", "#new");
    }

    @Test
    void anOpenUserThatMustStayOpenGetsNoPasswordYet() {
        // A password would take "nopass" away.
        assertThat(RedisCommands.rules(WANTED, RedisUser.parse("user default on nopass ~* +@all")))
                .doesNotContain("#new");
    }

    @Test
    void aUserWithoutPasswordIsOpened() {
        assertThat(RedisCommands.rules(RedisUser.parse("user default on nopass ~* +@all"), null))
                .containsSubsequence("on", "resetpass", "nopass");
    }
}
