package dev.tiercache.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.operator.crd.CacheDeployment;
import dev.tiercache.operator.status.EventReason;
import dev.tiercache.operator.status.StatusAssembler;
import dev.tiercache.operator.status.Transitions;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.reconciler.RetryInfo;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A failure is told when it lasts, and once. */
class LastingFailureTest {

    @Test
    void theFirstFailureIsNotTold() {
        assertThat(CacheDeploymentReconciler.isLasting(Optional.empty())).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, false", "1, false", "2, false", "3, true", "4, true"})
    void aFailureIsToldFromTheThirdRetryOn(int retries, boolean told) {
        assertThat(CacheDeploymentReconciler.isLasting(Optional.of(retry(retries))))
                .isEqualTo(told);
    }

    @Test
    void aLastingFailureIsOneEventHoweverOftenItIsTried() {
        var cache = new CacheDeployment();
        cache.setMetadata(
                new ObjectMetaBuilder().withName("reports").withGeneration(1L).build());
        var once = StatusAssembler.failed(cache, "IOException: closed", Instant.EPOCH)
                .conditions();

        assertThat(Transitions.failed(List.of(), once))
                .extracting(Transitions.Note::reason)
                .containsExactly(EventReason.RECONCILE_FAILED);
        assertThat(Transitions.failed(once, once)).isEmpty();
    }

    private static RetryInfo retry(int attempt) {
        return new RetryInfo() {
            @Override
            public int getAttemptCount() {
                return attempt;
            }

            @Override
            public boolean isLastAttempt() {
                return false;
            }
        };
    }
}
