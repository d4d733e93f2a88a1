package dev.tiercache.service.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a tracing bridge gets to see of computations. */
class ReportObservationsTest {

    private final List<Observation.Context> ended = new ArrayList<>();
    private final ObservationRegistry registry = ObservationRegistry.create();
    private final ReportObservations observations = new ReportObservations(registry);

    ReportObservationsTest() {
        registry.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {
            @Override
            public void onStop(Observation.Context context) {
                ended.add(context);
            }

            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }
        });
    }

    @Test
    void aComputationIsASpanUnderTheRequestThatItWasForAlsoOnAnotherThread() throws Exception {
        Observation request = Observation.start("request", registry);
        Observation seen;
        try (Observation.Scope scope = request.openScope()) {
            seen = Objects.requireNonNull(observations.current());
            assertThat(scope.getCurrentObservation()).isSameAs(request);
        }

        byte[] body = observations.observed(seen, () -> new byte[] {1});

        assertThat(body).containsExactly(1);
        assertThat(ended).hasSize(1);
        assertThat(ended.getFirst().getContextualName()).isEqualTo("ir.cache.load");
        assertThat(Objects.requireNonNull(ended.getFirst().getParentObservation())
                        .getContextView()
                        .getName())
                .isEqualTo("request");
    }

    @Test
    void aFailureIsSeenAndGoesOn() {
        assertThatThrownBy(() -> observations.observed(null, () -> {
                    throw new IOException("no");
                }))
                .isInstanceOf(IOException.class);
        assertThat(ended.getFirst().getError()).isInstanceOf(IOException.class);
    }

    @Test
    void withoutARegistryThereIsNothing() throws Exception {
        ReportObservations none = new ReportObservations(ObservationRegistry.NOOP);

        assertThat(none.current()).isNull();
        assertThat(none.observed(null, () -> new byte[] {2})).containsExactly(2);
    }
}
