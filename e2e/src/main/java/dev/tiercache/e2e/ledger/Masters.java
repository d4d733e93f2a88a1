package dev.tiercache.e2e.ledger;

import dev.tiercache.e2e.ledger.LedgerSummary.Master;
import dev.tiercache.e2e.ledger.redis.Session;
import java.util.ArrayList;
import java.util.List;

/** The servers that said they were the master. Thread-safe. */
final class Masters {

    private record Seen(String address, String server, long nanoTime) {}

    private final List<Seen> seen = new ArrayList<>();

    /** Notes who is at the other end of a new session. */
    synchronized void note(Session session) {
        if (seen.stream().noneMatch(one -> one.server().equals(session.server()))) {
            seen.add(new Seen(session.address().toString(), session.server(), System.nanoTime()));
        }
    }

    /** The index of a session's server, by appearance. */
    synchronized int index(Session session) {
        for (int i = 0; i < seen.size(); i++) {
            if (seen.get(i).server().equals(session.server())) {
                return i;
            }
        }
        throw new IllegalStateException("a session that was not noted: " + session.server());
    }

    synchronized List<Master> summary(List<Entry> sorted, RunClock clock) {
        long[] counts = new long[seen.size()];
        long[] first = new long[seen.size()];
        for (Entry entry : sorted) {
            if (counts[entry.server()]++ == 0) {
                first[entry.server()] = RunClock.millis(entry.acknowledged());
            }
        }
        List<Master> masters = new ArrayList<>();
        for (int i = 0; i < seen.size(); i++) {
            Seen one = seen.get(i);
            long at = Math.max(0, RunClock.millis(one.nanoTime() - clock.startNanos()));
            masters.add(new Master(one.address(), one.server(), at, counts[i] == 0 ? -1 : first[i], counts[i]));
        }
        return masters;
    }
}
