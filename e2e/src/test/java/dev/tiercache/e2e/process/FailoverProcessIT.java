package dev.tiercache.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.e2e.fixture.AvailabilityPage;
import dev.tiercache.e2e.ledger.LedgerSummary;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a failure of each kind costs, with writers at 200 a second, on the operator's own files and decisions. Each is run
 * once, or as often as the property {@code availability.runs} says, and several at a time where JUnit is told so; with
 * {@code tiercache.write} the figures go into docs/availability.md.
 */
@Timeout(240)
@Execution(ExecutionMode.CONCURRENT)
class FailoverProcessIT {
    private static final AvailabilityPage PAGE = new AvailabilityPage("processes");

    static Stream<Arguments> disturbances() {
        return runs(Stream.concat(Stream.of(PlannedChange.values()), Stream.of(FailureOfProcesses.values())));
    }

    /** Each command of a switch that changes anything, in the order in which they are sent. */
    enum Command {
        LOOK("info-period", 1),
        LOOK_NO_MORE("info-period", 2),
        PAUSE("PAUSE", 1),
        SECOND_PAUSE("PAUSE", 2),
        FAILOVER("FAILOVER", 1),
        REPLICAOF("REPLICAOF", 1),
        KILL("KILL", 1),
        UNPAUSE("UNPAUSE", 1);

        private final String word;
        private final int times;

        Command(String word, int times) {
            this.word = word;
            this.times = times;
        }
    }

    static Stream<Arguments> commandsOfASwitch() {
        return runs(Stream.of(Command.values()));
    }

    private static Stream<Arguments> runs(Stream<?> cases) {
        int runs = Integer.getInteger("availability.runs", 1);
        return cases.flatMap(it -> IntStream.rangeClosed(1, runs).mapToObj(run -> Arguments.of(it, run)));
    }

    @ParameterizedTest(name = "{0}, run {1}")
    @MethodSource("disturbances")
    void aFailureCostsWhatItMay(Disturbance disturbance, int run) {
        Failover.in(disturbance.spec(), it -> {
            disturbance.disturb(it);
            LedgerSummary summary = it.judge();
            PAGE.add(disturbance.text(), disturbance.mustHold(), summary);
            disturbance.judge(it, summary);
        });
    }

    /** Whoever goes on finds a pause that runs out, a failover, or a former master with its clients, and ends the switch. */
    @ParameterizedTest(name = "{0}, run {1}")
    @MethodSource("commandsOfASwitch")
    void aSwitchWhoseOperatorDiesIsEndedByTheNext(Command last, int run) {
        Failover.in(Failover.DURABLE, it -> {
            PodProcess former = it.master();
            it.switchWhoseOperatorDiesAfter(last.word, last.times);
            it.awaitMasterOtherThan(former);
            LedgerSummary summary = it.judge();
            PAGE.add("the operator dies in a switch, after `%s`".formatted(last), "0 lost, 0 failed", summary);
            Failover.nothingIsLost(summary);
            assertThat(summary.masters()).as("one switch: %s", it.done()).hasSize(2);
            it.awaitThatNoSentinelIsHurried();
        });
    }

    @AfterAll
    static void write() {
        PAGE.write();
    }
}
