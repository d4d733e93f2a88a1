package dev.tiercache.e2e.ledger;

import dev.tiercache.e2e.ledger.redis.Backoff;
import dev.tiercache.e2e.ledger.redis.MasterLink;
import dev.tiercache.e2e.ledger.redis.Session;
import dev.tiercache.e2e.ledger.redis.TryFailedException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Writes one key until it is acknowledged or the client timeout is over. Each try writes the same value, so a try that
 * was carried out without an answer does no harm.
 */
final class PatientWrite {

    private final LedgerPlan plan;
    private final MasterLink link;
    private int tries;
    private boolean waited;

    /** Told of each try that failed. */
    @FunctionalInterface
    interface OnFailedTry {
        void failed(TryFailedException failure);
    }

    /** An acknowledgement: by whom, and when the try was sent and answered, by {@link System#nanoTime}. */
    record Acknowledgement(Session session, long sent, long answered) {}

    PatientWrite(LedgerPlan plan, MasterLink link) {
        this.plan = plan;
        this.link = link;
    }

    /** Whether it took more than one try, or a wait for a connection. */
    boolean isRetried() {
        return tries > 1 || waited;
    }

    /** @throws TryFailedException what the last try ended with, or why there was no connection for one */
    Acknowledgement set(String key, String value, OnFailedTry onFailedTry)
            throws TryFailedException, InterruptedException {
        long deadline = System.nanoTime() + plan.clientTimeout().toNanos();
        while (true) {
            waited |= !link.isUp();
            Session session = link.session(deadline);
            TryFailedException failure;
            tries++;
            long sent = System.nanoTime();
            Duration left = Duration.ofNanos(Math.max(1, deadline - sent));
            boolean shortened = left.compareTo(plan.commandTimeout()) < 0;
            try {
                session.set(key, value, plan.ttl(), shortened ? left : plan.commandTimeout());
                return new Acknowledgement(session, sent, System.nanoTime());
            } catch (TryFailedException e) {
                failure = e;
            }
            onFailedTry.failed(failure);
            if (isUseless(failure, shortened)) {
                link.drop(session);
            }
            long pause = Backoff.nanos(tries);
            if (deadline - System.nanoTime() <= pause) {
                throw failure;
            }
            TimeUnit.NANOSECONDS.sleep(pause);
        }
    }

    /** A connection is not blamed for an answer that it was given too little time for. */
    private static boolean isUseless(TryFailedException failure, boolean shortened) {
        return !failure.connectionUsable() && !(shortened && failure.kind().equals(TryFailedException.TIMEOUT));
    }
}
