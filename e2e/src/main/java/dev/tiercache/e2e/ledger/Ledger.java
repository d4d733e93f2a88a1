package dev.tiercache.e2e.ledger;

import dev.tiercache.e2e.ledger.LedgerSummary.Audit;
import dev.tiercache.e2e.ledger.redis.MasterLink;
import dev.tiercache.e2e.ledger.redis.MasterPath;
import dev.tiercache.e2e.ledger.redis.TryFailedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One run: writers, counters and readers at a Redis, a ledger of what it acknowledged, and at the end the question whether
 * it still has all of that.
 *
 * <p>Thread-safe. It is at work from {@link #start} until the plan's duration is over, {@link #endWriting} or
 * {@link #close}.
 */
public final class Ledger implements AutoCloseable {

    private static final Duration START_PATIENCE = Duration.ofSeconds(60);

    private final LedgerPlan plan;
    private final MasterPath path;
    private final Masters masters;
    private final RunClock clock;
    private final Account account;
    private final Book book = new Book();
    private final List<Counter> counters;
    private final WriteLoop writing;
    private final Values values;
    private final Thread writer;
    private final List<Thread> others;
    private @Nullable Audit audit;

    private Ledger(LedgerPlan plan, MasterPath path, Masters masters) throws TryFailedException, InterruptedException {
        this.plan = plan;
        this.path = path;
        this.masters = masters;
        this.values = new Values(plan.seed(), plan.valueBytes());
        List<MasterLink> writerLinks = links("writer", plan.writers());
        List<MasterLink> readerLinks = links("reader", plan.readers());
        this.counters = IntStream.range(0, plan.writers())
                .mapToObj(i -> new Counter(plan, values, writerLinks.get(i), i))
                .toList();
        // The clock starts once all are connected: how long that took says nothing of Redis.
        long deadline = System.nanoTime() + START_PATIENCE.toNanos();
        for (MasterLink link :
                Stream.concat(writerLinks.stream(), readerLinks.stream()).toList()) {
            var unused = link.session(deadline);
        }
        for (Counter counter : counters) {
            counter.step();
        }
        this.clock = RunClock.start();
        this.account = new Account(clock);
        this.writing = new WriteLoop(plan, values, writerLinks, clock, book, account, masters);
        this.writer = Thread.ofPlatform().name("ledger-writes").daemon().start(writing::run);
        List<Thread> threads = new ArrayList<>();
        counters.forEach(counter -> threads.add(Thread.ofVirtual().start(counter::run)));
        readerLinks.forEach(link -> threads.add(
                Thread.ofVirtual().start(new ReadLoop(plan, values, link, clock, book, counters, account)::run)));
        this.others = List.copyOf(threads);
    }

    /**
     * Connects, for at most 60 s, and begins.
     *
     * @throws IllegalStateException when there is no master in that time
     */
    public static Ledger start(LedgerPlan plan) {
        Masters masters = new Masters();
        MasterPath path = new MasterPath(plan.redis(), plan.commandTimeout(), masters::note);
        try {
            return new Ledger(plan, path, masters);
        } catch (TryFailedException e) {
            path.close();
            throw new IllegalStateException(
                    "no write was possible at " + plan.redis() + " in " + START_PATIENCE.toSeconds() + " s: "
                            + e.getMessage(),
                    e);
        } catch (InterruptedException e) {
            path.close();
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** How many writes are acknowledged so far. */
    public long acknowledged() {
        return book.size();
    }

    /** Begins no more writes; those under way are tried on. */
    public void endWriting() {
        writing.stop();
    }

    /** Waits until no more writes are under way: the plan's duration is over, or {@link #endWriting} was called. */
    public void awaitEnd() {
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Ends the writing, checks the whole ledger, and tells. A second call tells the same again. */
    public synchronized LedgerSummary stop() {
        endWriting();
        awaitEnd();
        endOthers();
        if (audit == null) {
            try (MasterLink link = path.link("audit")) {
                audit = new Auditor(plan, values, link, clock, account).audit(book.sorted(), counters);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        return summary(audit);
    }

    /** The account so far, without an audit. */
    public LedgerSummary summary() {
        return summary(null);
    }

    /** Ends everything at once, without a check. */
    @Override
    public void close() {
        endWriting();
        writer.interrupt();
        endOthers();
        path.close();
    }

    private LedgerSummary summary(@Nullable Audit audited) {
        Account.Writes writes = account.writes();
        long end = writing.end();
        List<Entry> sorted = book.sorted();
        return new LedgerSummary(
                plan.run(),
                plan.seed(),
                clock.started(),
                RunClock.millis(end) / 1e3,
                writes.attempted(),
                writes.acknowledged(),
                writes.failed(),
                writes.retried(),
                writes.availability(),
                writes.errors(),
                writes.failedTries(),
                writes.firstErrors(),
                Gaps.longest(sorted, end),
                Gaps.noted(sorted, end),
                account.reads(),
                account.findings(),
                masters.summary(sorted, clock),
                Overlaps.of(sorted),
                writes.latencyMillis(),
                audited);
    }

    private List<MasterLink> links(String name, int count) {
        return IntStream.range(0, count).mapToObj(i -> path.link(name + i)).toList();
    }

    private void endOthers() {
        others.forEach(Thread::interrupt);
    }
}
