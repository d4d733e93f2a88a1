package dev.tiercache.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CredentialsReaderTest {

    @Test
    void oneLineBreakAtTheEndIsNoPartOfThePassword() {
        assertThat(CredentialsReader.withoutLineBreak("secret\n")).isEqualTo("secret");
        assertThat(CredentialsReader.withoutLineBreak("secret\r\n")).isEqualTo("secret");
    }

    @Test
    void everythingElseIs() {
        for (String given : List.of("secret", "secret ", " secret", "sec\nret", "\nsecret", "secret\r", "")) {
            assertThat(CredentialsReader.withoutLineBreak(given)).isEqualTo(given);
        }
        assertThat(CredentialsReader.withoutLineBreak("secret\n\n")).isEqualTo("secret\n");
        assertThat(CredentialsReader.withoutLineBreak(null)).isNull();
    }
}
