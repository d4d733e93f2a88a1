package dev.tiercache.e2e.ledger;

import dev.tiercache.e2e.ledger.PatientWrite.Acknowledgement;
import dev.tiercache.e2e.ledger.redis.MasterLink;
import dev.tiercache.e2e.ledger.redis.TryFailedException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * Begins a write at each instant of a fixed beat, whether or not earlier ones are acknowledged; the writers take turns.
 * A Redis that does not answer cannot so lower the number of writes that it fails.
 */
final class WriteLoop {

    private final LedgerPlan plan;
    private final Values values;
    private final List<MasterLink> links;
    private final RunClock clock;
    private final Book book;
    private final Account account;
    private final Masters masters;
    private volatile boolean stopped;
    private volatile long end = -1;

    /** @param links one for each writer */
    WriteLoop(
            LedgerPlan plan,
            Values values,
            List<MasterLink> links,
            RunClock clock,
            Book book,
            Account account,
            Masters masters) {
        this.plan = plan;
        this.values = values;
        this.links = links;
        this.clock = clock;
        this.book = book;
        this.account = account;
        this.masters = masters;
    }

    /** Begins no more writes; {@link #run} returns when those under way have ended. */
    void stop() {
        stopped = true;
    }

    /** When the last write could have begun, in nanoseconds since the start; now while more begin. */
    long end() {
        long ended = end;
        return ended < 0 ? clock.now() : ended;
    }

    /** Writes for the plan's duration, and at most the client timeout longer; an interrupt ends it sooner. */
    void run() {
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try (threads) {
            for (long n = 0; !stopped; n++) {
                long due = n * plan.intervalNanos();
                if (due >= plan.duration().toNanos()) {
                    break;
                }
                for (long left = due - clock.now(); left > 0; left = due - clock.now()) {
                    LockSupport.parkNanos(left);
                    if (Thread.currentThread().isInterrupted()) {
                        threads.shutdownNow();
                        return;
                    }
                }
                int writer = (int) (n % links.size());
                long sequence = n / links.size();
                account.attempted();
                threads.execute(() -> write(writer, sequence, due));
            }
            end = clock.now();
        }
    }

    private void write(int writer, long sequence, long due) {
        PatientWrite write = new PatientWrite(plan, links.get(writer));
        try {
            Acknowledgement answer =
                    write.set(plan.key(writer, sequence), values.of(writer, sequence), account::tryFailed);
            Entry entry = new Entry(
                    writer,
                    sequence,
                    due,
                    answer.sent() - clock.startNanos(),
                    answer.answered() - clock.startNanos(),
                    masters.index(answer.session()));
            book.add(entry);
            account.acknowledged(entry, write.isRetried());
        } catch (TryFailedException e) {
            account.failed(e, write.isRetried());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
