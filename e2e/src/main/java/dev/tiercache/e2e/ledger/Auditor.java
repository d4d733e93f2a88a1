package dev.tiercache.e2e.ledger;

import dev.tiercache.e2e.ledger.LedgerSummary.Audit;
import dev.tiercache.e2e.ledger.LedgerSummary.LossWindow;
import dev.tiercache.e2e.ledger.redis.Backoff;
import dev.tiercache.e2e.ledger.redis.MasterLink;
import dev.tiercache.e2e.ledger.redis.Session;
import dev.tiercache.e2e.ledger.redis.TryFailedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Reads every acknowledged write from the present master, once no more are sent. Should another server become master
 * meanwhile, it begins again: what one of them has says nothing of the other.
 */
final class Auditor {

    /** How long there may be no answer from a master. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int MOST_PASSES = 10;
    private static final int MOST_KEYS = 500;
    private static final int BATCH_BYTES = 1 << 20;

    private final LedgerPlan plan;
    private final Values values;
    private final MasterLink link;
    private final RunClock clock;
    private final Account account;

    /** @param link made for this, so that it leads to who is master now and not to who was when writing began */
    Auditor(LedgerPlan plan, Values values, MasterLink link, RunClock clock, Account account) {
        this.plan = plan;
        this.values = values;
        this.link = link;
        this.clock = clock;
        this.account = account;
    }

    /** Checks all of {@code sorted}; ends without success once there is no answer for 60 s. */
    Audit audit(List<Entry> sorted, List<Counter> counters) throws InterruptedException {
        for (int i = 1; ; i++) {
            Pass pass = new Pass();
            try {
                pass.run(sorted, counters);
                return pass.result(sorted, "");
            } catch (OtherServerException e) {
                if (i == MOST_PASSES) {
                    return pass.result(sorted, "the master changed during each of " + MOST_PASSES + " passes");
                }
            } catch (TryFailedException e) {
                return pass.result(sorted, "no answer for " + PATIENCE.toSeconds() + " s: " + e.getMessage());
            }
        }
    }

    /** What is asked, as often as it takes for an answer. */
    @FunctionalInterface
    private interface Question<T> {
        T put(Session session) throws TryFailedException, InterruptedException;
    }

    /** Another server is, or will be, master. */
    private static final class OtherServerException extends Exception {}

    /** One reading of all keys from one server. */
    private final class Pass {

        private final Set<Entry> lost = new HashSet<>();
        private final List<Entry> wrong = new ArrayList<>();
        private int staleCounters;
        private int checked;
        private String server = "";
        private String master = "";

        void run(List<Entry> sorted, List<Counter> counters)
                throws OtherServerException, TryFailedException, InterruptedException {
            int batch = Math.clamp(BATCH_BYTES / plan.valueBytes(), 1, MOST_KEYS);
            while (checked < sorted.size()) {
                List<Entry> next = sorted.subList(checked, Math.min(sorted.size(), checked + batch));
                check(next);
                checked += next.size();
            }
            Map<String, String> found = read(counters.stream().map(Counter::key).toList());
            staleCounters = (int) counters.stream()
                    .filter(counter -> !counter.isUpToDate(found.get(counter.key())))
                    .count();
            if (!ask(this::isStillMaster)) {
                throw new OtherServerException();
            }
        }

        Audit result(List<Entry> sorted, String error) {
            wrong.forEach(entry -> account.find("wrong", key(entry), "at the end"));
            sorted.stream()
                    .filter(lost::contains)
                    .limit(Account.FINDINGS)
                    .forEach(entry -> account.find("lost", key(entry), "not there at the end"));
            List<LossWindow> windows = LossWindows.of(sorted, lost::contains, clock);
            return new Audit(
                    error.isEmpty(),
                    checked,
                    lost.size(),
                    wrong.size(),
                    staleCounters,
                    windows.size(),
                    List.copyOf(windows.subList(0, Math.min(LossWindows.MOST, windows.size()))),
                    master,
                    error);
        }

        private void check(List<Entry> batch) throws OtherServerException, TryFailedException, InterruptedException {
            Map<String, String> found =
                    read(batch.stream().map(Auditor.this::key).toList());
            for (Entry entry : batch) {
                String value = found.get(key(entry));
                if (value == null) {
                    lost.add(entry);
                } else if (!value.equals(values.of(entry.writer(), entry.sequence()))) {
                    wrong.add(entry);
                }
            }
        }

        private Map<String, String> read(List<String> keys)
                throws OtherServerException, TryFailedException, InterruptedException {
            return ask(session -> session.get(keys, plan.commandTimeout()));
        }

        /** A replica answers reads too. */
        private boolean isStillMaster(Session session) throws TryFailedException, InterruptedException {
            boolean stillMaster = session.isMaster(plan.commandTimeout());
            if (!stillMaster) {
                link.drop(session);
            }
            return stillMaster;
        }

        private <T> T ask(Question<T> question) throws OtherServerException, TryFailedException, InterruptedException {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            for (int failures = 1; ; failures++) {
                Session session = link.session(deadline);
                if (!server.isEmpty() && !server.equals(session.server())) {
                    throw new OtherServerException();
                }
                server = session.server();
                master = session.address().toString();
                try {
                    return question.put(session);
                } catch (TryFailedException e) {
                    if (!e.connectionUsable()) {
                        link.drop(session);
                    }
                    if (System.nanoTime() >= deadline) {
                        throw e;
                    }
                }
                TimeUnit.NANOSECONDS.sleep(Backoff.nanos(failures));
            }
        }
    }

    private String key(Entry entry) {
        return plan.key(entry.writer(), entry.sequence());
    }
}
