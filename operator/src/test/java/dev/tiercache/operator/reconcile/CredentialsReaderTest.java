package dev.tiercache.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.operator.crd.AuthSpec;
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

    @Test
    void aSecretOfTheOperatorIsNotSaidToBeAbsent() {
        var reference = new AuthSpec.SecretKey("other-auth", "password");

        assertThat(CredentialsReader.absent(reference, false).message())
                .contains("other-auth", "does not exist", "password");
        assertThat(CredentialsReader.absent(reference, true).message())
                .contains("other-auth", "app.kubernetes.io/managed-by=tiercache-operator")
                .doesNotContain("does not exist");
    }
}
