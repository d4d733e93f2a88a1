package dev.tiercache.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

class PasswordRotationTest {
    private Instant now = Instant.EPOCH;
    private final PasswordRotation rotation = new PasswordRotation(new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneId.of("UTC");
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    });

    @Test
    void thePresentPasswordNeverRetires() {
        assertThat(rotation.retiring("u", List.of("a"), "a")).isEmpty();
    }

    @Test
    void aPreviousPasswordStaysForTheGraceAndNoLonger() {
        assertThat(rotation.retiring("u", List.of("old", "new"), "new")).containsExactly("old");
        now = now.plus(PasswordRotation.GRACE).minusMillis(1);
        assertThat(rotation.retiring("u", List.of("old", "new"), "new")).containsExactly("old");
        now = now.plusMillis(1);
        assertThat(rotation.retiring("u", List.of("old", "new"), "new")).isEmpty();
    }

    @Test
    void aPasswordThatWasEndedIsNotGrantedAgainUntilRedisForgotIt() {
        rotation.retiring("u", List.of("old"), "new");
        now = now.plus(PasswordRotation.GRACE);

        assertThat(rotation.retiring("u", List.of("old", "new"), "new")).isEmpty();
        now = now.plus(Duration.ofHours(1));
        assertThat(rotation.retiring("u", List.of("old", "new"), "new")).isEmpty();
    }

    @Test
    void goingBackToAPreviousPasswordMakesItThePresentOne() {
        rotation.retiring("u", List.of("old", "new"), "new");

        assertThat(rotation.retiring("u", List.of("old", "new"), "old")).containsExactly("new");
    }

    @Test
    void resourcesDoNotShareTheirPasswords() {
        rotation.retiring("u", List.of("old"), "new");
        now = now.plus(PasswordRotation.GRACE);

        assertThat(rotation.retiring("v", List.of("old"), "new")).containsExactly("old");
    }

    @Test
    void aResourceThatIsGoneIsForgotten() {
        rotation.retiring("u", List.of("old", "new"), "new");
        now = now.plus(PasswordRotation.GRACE);
        rotation.forget("u");

        assertThat(rotation.retiring("u", List.of("old", "new"), "new")).containsExactly("old");
    }
}
