package dev.tiercache.e2e.ledger;

import dev.tiercache.e2e.ledger.LedgerSummary.TwoMasters;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks for two masters at one time.
 *
 * <p>Only order that is certain counts: one write came before another when it was acknowledged before the other was sent.
 */
final class Overlaps {

    /** When a server acknowledged first, and when the last write that it acknowledged was sent. */
    private record Reign(long firstAcknowledged, long lastSent) {

        Reign with(Entry entry) {
            return new Reign(Math.min(firstAcknowledged, entry.acknowledged()), Math.max(lastSent, entry.sent()));
        }
    }

    private Overlaps() {}

    static TwoMasters of(List<Entry> sorted) {
        Map<Integer, Reign> reigns = new HashMap<>();
        for (Entry entry : sorted) {
            reigns.merge(
                    entry.server(), new Reign(entry.acknowledged(), entry.sent()), (reign, _) -> reign.with(entry));
        }
        int back = switchesBack(sorted);
        // Once there and back is what two failovers look like too.
        long overlapping = back < 2
                ? 0
                : sorted.stream().filter(entry -> amid(entry, reigns)).count();
        return new TwoMasters(overlapping, back);
    }

    /** Whether another server acknowledged a write before this one, and one after it. */
    private static boolean amid(Entry entry, Map<Integer, Reign> reigns) {
        return reigns.entrySet().stream()
                .anyMatch(other -> other.getKey() != entry.server()
                        && other.getValue().firstAcknowledged() < entry.sent()
                        && other.getValue().lastSent() > entry.acknowledged());
    }

    private static int switchesBack(List<Entry> sorted) {
        Set<Integer> before = new HashSet<>();
        int present = -1;
        long since = 0;
        int back = 0;
        for (Entry entry : sorted) {
            if (present == -1 || (entry.server() != present && entry.sent() > since)) {
                if (!before.add(entry.server())) {
                    back++;
                }
                present = entry.server();
                since = entry.acknowledged();
            }
        }
        return back;
    }
}
