package dev.tiercache.e2e.ledger;

import dev.tiercache.e2e.ledger.redis.MasterLink;
import dev.tiercache.e2e.ledger.redis.Session;
import dev.tiercache.e2e.ledger.redis.TryFailedException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One reader: takes turns between a write that was acknowledged a moment ago and a counter, and judges what it sees. */
final class ReadLoop {

    private static final double YOUNGEST_NANOS = 1e6;
    private static final double OLDEST_NANOS = 2e9;

    private final LedgerPlan plan;
    private final Values values;
    private final MasterLink link;
    private final RunClock clock;
    private final Book book;
    private final List<Counter> counters;
    private final Account account;

    ReadLoop(
            LedgerPlan plan,
            Values values,
            MasterLink link,
            RunClock clock,
            Book book,
            List<Counter> counters,
            Account account) {
        this.plan = plan;
        this.values = values;
        this.link = link;
        this.clock = clock;
        this.book = book;
        this.counters = counters;
        this.account = account;
    }

    /** Reads until it is interrupted; each read waits for the one before. */
    void run() {
        long pause = 1_000_000_000L * plan.readers() / plan.readRate();
        try {
            for (long n = 0; ; n++) {
                TimeUnit.NANOSECONDS.sleep(pause);
                if (n % 2 == 0) {
                    readRecent();
                } else {
                    readCounter();
                }
            }
        } catch (InterruptedException e) {
            // the end
        }
    }

    private void readRecent() throws InterruptedException {
        // As many of 1 to 10 ms as of 10 to 100 ms.
        double age = YOUNGEST_NANOS
                * Math.pow(
                        OLDEST_NANOS / YOUNGEST_NANOS,
                        ThreadLocalRandom.current().nextDouble());
        long now = clock.now();
        Entry entry = book.lastUntil(now - (long) age, now - (long) OLDEST_NANOS);
        if (entry == null) {
            return;
        }
        String key = plan.key(entry.writer(), entry.sequence());
        try {
            String value = get(key);
            if (value == null) {
                account.readMissing(key);
            } else if (value.equals(values.of(entry.writer(), entry.sequence()))) {
                account.readRight();
            } else {
                account.readWrong(key, value);
            }
        } catch (TryFailedException e) {
            account.readFailed(e);
        }
    }

    private void readCounter() throws InterruptedException {
        Counter counter = counters.get(ThreadLocalRandom.current().nextInt(counters.size()));
        long floor = counter.acknowledged();
        try {
            counter.judge(get(counter.key()), floor, account);
        } catch (TryFailedException e) {
            account.readFailed(e);
        }
    }

    /** One try. */
    private @Nullable String get(String key) throws TryFailedException, InterruptedException {
        Session session = link.session(System.nanoTime() + plan.commandTimeout().toNanos());
        try {
            return session.get(key, plan.commandTimeout());
        } catch (TryFailedException e) {
            if (!e.connectionUsable()) {
                link.drop(session);
            }
            throw e;
        }
    }
}
