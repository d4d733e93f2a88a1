package dev.tiercache.e2e.ledger;

import dev.tiercache.e2e.ledger.LedgerSummary.Gap;
import java.util.ArrayList;
import java.util.List;

/** Times without an acknowledged write. */
final class Gaps {

    /** What is longer is listed; at the slowest rate, a beat is 100 ms. */
    static final long NOTED_MILLIS = 250;

    static final int MOST = 100;

    private Gaps() {}

    /** The longest one. */
    static Gap longest(List<Entry> sorted, long end) {
        Gap longest = new Gap(0, 0);
        for (Gap gap : all(sorted, end, -1)) {
            if (gap.millis() > longest.millis()) {
                longest = gap;
            }
        }
        return longest;
    }

    /** Those that are noted, in their order. */
    static List<Gap> noted(List<Entry> sorted, long end) {
        List<Gap> noted = all(sorted, end, NOTED_MILLIS);
        return List.copyOf(noted.subList(0, Math.min(MOST, noted.size())));
    }

    /** Between the start, all acknowledgements in their order, and the end in nanoseconds, where that is later. */
    private static List<Gap> all(List<Entry> sorted, long end, long above) {
        List<Gap> gaps = new ArrayList<>();
        long last = 0;
        for (int i = 0; i <= sorted.size(); i++) {
            long next = i < sorted.size() ? sorted.get(i).acknowledged() : end;
            long millis = RunClock.millis(next - last);
            if (millis > above) {
                gaps.add(new Gap(RunClock.millis(last), millis));
            }
            last = Math.max(last, next);
        }
        return gaps;
    }
}
