package dev.tiercache.e2e.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.e2e.ledger.LedgerSummary.Gap;
import dev.tiercache.e2e.ledger.LedgerSummary.LossWindow;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** Gaps between acknowledgements, and runs of lost ones. */
class GapsTest {

    private static final RunClock CLOCK = new RunClock(Instant.parse("2026-01-01T00:00:00Z"), 0);

    @Example
    void startAndEndOfTheRunCountToo() {
        List<Entry> entries = acknowledged(400, 500, 1500);

        assertThat(Gaps.noted(entries, millis(2100)))
                .containsExactly(new Gap(0, 400), new Gap(500, 1000), new Gap(1500, 600));
        assertThat(Gaps.longest(entries, millis(2100))).isEqualTo(new Gap(500, 1000));
    }

    @Example
    void whatIsAcknowledgedAfterTheLastWriteBeganMakesNoGapAtTheEnd() {
        assertThat(Gaps.noted(acknowledged(100, 200), millis(150))).isEmpty();
    }

    @Example
    void aRunWithoutAnAcknowledgementIsOneGap() {
        assertThat(Gaps.longest(List.of(), millis(3000))).isEqualTo(new Gap(0, 3000));
    }

    @Property(tries = 300)
    void gapsAreNotLongerThanTheRunAndTheLongestIsAmongThoseNoted(
            @ForAll @Size(max = 60) List<@LongRange(min = 0, max = 20_000) Long> at) {
        long[] sorted = at.stream().mapToLong(Long::longValue).sorted().toArray();
        List<Entry> entries = acknowledged(sorted);

        List<Gap> noted = Gaps.noted(entries, millis(20_000));
        Gap longest = Gaps.longest(entries, millis(20_000));

        assertThat(noted).allSatisfy(gap -> {
            assertThat(gap.millis()).isGreaterThan(Gaps.NOTED_MILLIS).isLessThanOrEqualTo(longest.millis());
            // Nothing is acknowledged within.
            assertThat(LongStream.of(sorted)
                            .filter(one -> one > gap.startMillis() && one < gap.startMillis() + gap.millis()))
                    .isEmpty();
        });
        assertThat(longest.millis() > Gaps.NOTED_MILLIS).isEqualTo(noted.contains(longest));
    }

    @Example
    void aWindowGoesFromItsFirstToItsLastLostWrite() {
        List<Entry> entries = acknowledged(10, 20, 30, 45, 50, 60);

        assertThat(LossWindows.of(entries, entry -> entry.sequence() >= 1 && entry.sequence() <= 3, CLOCK))
                .containsExactly(new LossWindow(Instant.parse("2026-01-01T00:00:00.020Z"), 20, 45, 25, 3));
        assertThat(LossWindows.of(entries, entry -> entry.sequence() == 5, CLOCK))
                .containsExactly(new LossWindow(Instant.parse("2026-01-01T00:00:00.060Z"), 60, 60, 0, 1));
    }

    @Property(tries = 300)
    void everyLostWriteIsInExactlyOneWindow(@ForAll @Size(max = 60) List<Boolean> lost) {
        List<Entry> entries =
                acknowledged(LongStream.range(0, lost.size()).map(i -> i * 10).toArray());

        List<LossWindow> windows = LossWindows.of(entries, entry -> lost.get((int) entry.sequence()), CLOCK);

        assertThat(windows.stream().mapToLong(LossWindow::count).sum())
                .isEqualTo(lost.stream().filter(one -> one).count());
        for (int i = 1; i < windows.size(); i++) {
            // A write that is not lost lies between.
            assertThat(windows.get(i).firstMillis() - windows.get(i - 1).lastMillis())
                    .isGreaterThan(10);
        }
        assertThat(windows).allSatisfy(window -> assertThat(window.millis()).isEqualTo((window.count() - 1) * 10));
    }

    private static List<Entry> acknowledged(long... atMillis) {
        return IntStream.range(0, atMillis.length)
                .mapToObj(i -> new Entry(0, i, 0, millis(atMillis[i]), millis(atMillis[i]), 0))
                .toList();
    }

    private static long millis(long millis) {
        return millis * 1_000_000;
    }
}
