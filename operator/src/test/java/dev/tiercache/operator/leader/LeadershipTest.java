package dev.tiercache.operator.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LeadershipTest {
    private final AtomicInteger losses = new AtomicInteger();
    private final Leadership leadership = Leadership.byLease(losses::incrementAndGet);

    @Test
    void nobodyWritesBeforeTheLeaseIsHeld() {
        assertThatThrownBy(leadership::require).isInstanceOf(Leadership.NotLeadingException.class);
    }

    @Test
    void theHolderOfTheLeaseWrites() {
        leadership.callbacks().onStartLeading();

        assertThatCode(leadership::require).doesNotThrowAnyException();
    }

    @Test
    void aLostLeaseClosesTheFenceForGoodAndEndsTheProcessOnce() {
        leadership.callbacks().onStartLeading();
        leadership.callbacks().onStopLeading();
        leadership.callbacks().onStopLeading();
        leadership.callbacks().onStartLeading();

        assertThat(leadership.mayWrite()).isFalse();
        assertThat(losses).hasValue(1);
    }

    @Test
    void anOrderlyStopIsNoLoss() {
        leadership.callbacks().onStartLeading();
        leadership.stop();
        leadership.callbacks().onStopLeading();

        assertThat(leadership.mayWrite()).isFalse();
        assertThat(losses).hasValue(0);
    }

    @Test
    void whoIsAloneByAgreementWritesAtOnce() {
        assertThat(Leadership.alone().mayWrite()).isTrue();
    }
}
