package dev.tiercache.e2e.process;

import dev.tiercache.e2e.fixture.AvailabilityPage;
import dev.tiercache.e2e.ledger.LedgerSummary;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a failure of each kind costs, with writers at 200 a second, on the operator's own files and decisions. Each is run
 * once, or as often as the property {@code availability.runs} says; with {@code tiercache.write} the figures go into
 * docs/availability.md.
 */
@Timeout(240)
class FailoverProcessIT {
    private static final AvailabilityPage PAGE = new AvailabilityPage("processes");

    static Stream<Arguments> failures() {
        List<Integer> runs = IntStream.rangeClosed(1, Integer.getInteger("availability.runs", 1))
                .boxed()
                .toList();
        return Stream.of(FailureOfProcesses.values())
                .flatMap(failure -> runs.stream().map(run -> Arguments.of(failure, run)));
    }

    @ParameterizedTest(name = "{0}, run {1}")
    @MethodSource("failures")
    void aFailureCostsWhatItMay(FailureOfProcesses failure, int run) {
        try (Failover it = Failover.start(failure.spec)) {
            try {
                failure.disturb(it);
                LedgerSummary summary = it.judge();
                PAGE.add(failure.text, failure.mustHold, summary);
                failure.judge(it, summary);
            } catch (RuntimeException | AssertionError failed) {
                System.err.println("run " + run + " of " + failure + ": " + it.done() + "\n" + it.pods.logs());
                throw failed;
            }
        }
    }

    @AfterAll
    static void write() {
        PAGE.write();
    }
}
