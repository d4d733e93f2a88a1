package dev.tiercache.service.errors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.service.cache.l2.L2State;
import dev.tiercache.service.errors.ErrorReports.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is reported of a cache in trouble, by a clock that the test turns. */
class CacheWatchTest {

    private final List<Kind> reported = new ArrayList<>();
    private L2State state = L2State.CONNECTING;
    private double unreadable;
    private long now;
    private final CacheWatch watch =
            new CacheWatch((kind, message, failure) -> reported.add(kind), () -> state, () -> unreadable, 0);

    @Test
    void aLongOutageIsReportedOnceAndTheNextOneAgain() {
        pass(Duration.ofSeconds(30));
        assertThat(reported).isEmpty();
        pass(Duration.ofMinutes(10));
        state = L2State.RESYNC;
        pass(Duration.ofMinutes(10));
        assertThat(reported).containsExactly(Kind.L2_DOWN);

        state = L2State.UP;
        pass(Duration.ofMinutes(10));
        state = L2State.OPEN;
        pass(Duration.ofSeconds(40));

        assertThat(reported).containsExactly(Kind.L2_DOWN, Kind.L2_DOWN);
    }

    @Test
    void shortOutagesAreNot() {
        for (int i = 0; i < 20; i++) {
            state = L2State.OPEN;
            pass(Duration.ofSeconds(20));
            state = L2State.UP;
            pass(Duration.ofSeconds(5));
        }

        assertThat(reported).isEmpty();
    }

    @Test
    void aBurstOfUnreadableValuesIsReportedAndATrickleIsNot() {
        state = L2State.UP;
        for (int i = 0; i < 60; i++) {
            unreadable++;
            pass(Duration.ofSeconds(30));
        }
        assertThat(reported).isEmpty();

        unreadable += CacheWatch.MANY;
        pass(Duration.ofSeconds(5));
        pass(Duration.ofSeconds(5));

        assertThat(reported).containsExactly(Kind.L2_UNREADABLE);
    }

    private void pass(Duration time) {
        for (long end = now + time.toNanos(); now < end; ) {
            now = Math.min(end, now + Duration.ofSeconds(5).toNanos());
            watch.look(now);
        }
    }
}
