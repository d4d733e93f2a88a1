package dev.tiercache.e2e.ledger;

import dev.tiercache.e2e.ledger.LedgerSummary.LossWindow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Runs of lost writes, in the order of acknowledgement: the last N milliseconds before a failure are one. */
final class LossWindows {

    static final int MOST = 20;

    private LossWindows() {}

    /** All of them, in their order. */
    static List<LossWindow> of(List<Entry> sorted, Predicate<Entry> lost, RunClock clock) {
        List<LossWindow> windows = new ArrayList<>();
        int from = -1;
        for (int i = 0; i <= sorted.size(); i++) {
            boolean isLost = i < sorted.size() && lost.test(sorted.get(i));
            if (isLost && from < 0) {
                from = i;
            } else if (!isLost && from >= 0) {
                windows.add(window(sorted.get(from), sorted.get(i - 1), i - from, clock));
                from = -1;
            }
        }
        return windows;
    }

    private static LossWindow window(Entry first, Entry last, long count, RunClock clock) {
        return new LossWindow(
                clock.at(first.acknowledged()),
                RunClock.millis(first.acknowledged()),
                RunClock.millis(last.acknowledged()),
                RunClock.millis(last.acknowledged() - first.acknowledged()),
                count);
    }
}
