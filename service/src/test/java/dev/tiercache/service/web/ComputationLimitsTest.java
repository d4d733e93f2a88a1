package dev.tiercache.service.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How many computations a user gets, by a clock that the test turns. */
class ComputationLimitsTest {

    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger perMinute = new AtomicInteger(60);
    private final ComputationLimits limits = new ComputationLimits(perMinute::get, now::get);

    @Test
    void aUserGetsAMinutesWorthAtOnceAndThenOneAfterTheOther() {
        assertThat(taken("ann", 200)).isEqualTo(60);
        assertThat(limits.take("ann")).isBetween(1L, 1_001L);

        pass(Duration.ofMillis(1_001));

        assertThat(taken("ann", 10)).isEqualTo(1);
        pass(Duration.ofSeconds(30));
        assertThat(taken("ann", 100)).isEqualTo(30);
        pass(Duration.ofHours(1));
        assertThat(taken("ann", 200)).as("never more than a minute's worth").isEqualTo(60);
    }

    @Test
    void usersDoNotTakeFromEachOther() {
        taken("ann", 100);

        assertThat(taken("bob", 100)).isEqualTo(60);
    }

    @Test
    void theLimitCanChangeAtAnyTimeAndZeroIsNone() {
        taken("ann", 100);
        perMinute.set(0);
        assertThat(taken("ann", 1_000)).isEqualTo(1_000);

        perMinute.set(6);
        pass(Duration.ofSeconds(20));

        assertThat(taken("ann", 100)).isEqualTo(2);
    }

    @Test
    void manyUsersDoNotFillTheHeap() {
        for (int i = 0; i < 3 * ComputationLimits.MOST_USERS; i++) {
            assertThat(limits.take("user" + i)).isZero();
        }
    }

    private int taken(String user, int tries) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += limits.take(user) == 0 ? 1 : 0;
        }
        return taken;
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }
}
