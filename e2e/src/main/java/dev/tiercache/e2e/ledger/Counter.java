package dev.tiercache.e2e.ledger;

import dev.tiercache.e2e.ledger.redis.MasterLink;
import dev.tiercache.e2e.ledger.redis.Session;
import dev.tiercache.e2e.ledger.redis.TryFailedException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One key that a writer overwrites with rising sequences, one after the other: whoever reads it after an acknowledgement
 * and finds an older one has a stale read.
 */
final class Counter {

    private static final Duration BEAT = Duration.ofMillis(100);

    private final LedgerPlan plan;
    private final Values values;
    private final MasterLink link;
    private final int writer;
    private volatile long issued = -1;
    private volatile long acknowledged = -1;

    Counter(LedgerPlan plan, Values values, MasterLink link, int writer) {
        this.plan = plan;
        this.values = values;
        this.link = link;
        this.writer = writer;
    }

    String key() {
        return plan.counterKey(writer);
    }

    /** The last sequence that was acknowledged; -1 for none. */
    long acknowledged() {
        return acknowledged;
    }

    /** Writes the next one; returns when it is acknowledged. */
    void step() throws TryFailedException, InterruptedException {
        long next = issued + 1;
        issued = next;
        Session unused = new PatientWrite(plan, link)
                .set(key(), value(next), failure -> {})
                .session();
        acknowledged = next;
    }

    /** Goes on until it is interrupted. */
    void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                step();
                TimeUnit.NANOSECONDS.sleep(BEAT.toNanos());
            } catch (TryFailedException e) {
                // The next one is as good.
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /**
     * Judges what was read.
     *
     * @param floor {@link #acknowledged()} of before the read was sent
     */
    void judge(@Nullable String value, long floor, Account account) {
        if (value == null) {
            account.readMissing(key());
            return;
        }
        long sequence = Values.sequence(value);
        if (sequence < 0 || sequence > issued || !value.equals(value(sequence))) {
            account.readWrong(key(), value);
        } else if (sequence < floor) {
            account.readStale(key(), sequence, floor);
        } else {
            account.readRight();
        }
    }

    /** Whether a value is one that was written, and no older than the last one acknowledged. */
    boolean isUpToDate(@Nullable String value) {
        long sequence = value == null ? -1 : Values.sequence(value);
        return value != null && sequence >= acknowledged && sequence <= issued && value.equals(value(sequence));
    }

    /** Another one than any of the writer's other keys has. */
    private String value(long sequence) {
        return values.of(-1 - writer, sequence);
    }
}
