package dev.tiercache.e2e.ledger;

import dev.tiercache.e2e.ledger.LedgerSummary.Failure;
import dev.tiercache.e2e.ledger.LedgerSummary.Finding;
import dev.tiercache.e2e.ledger.LedgerSummary.Reads;
import dev.tiercache.e2e.ledger.redis.TryFailedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Counts what became of writes and reads. Thread-safe. */
final class Account {

    static final int FIRST_OF_A_KIND = 3;
    static final int FINDINGS = 20;

    private static final int DETAIL_LENGTH = 200;

    private final RunClock clock;
    private final Map<String, Long> errors = new TreeMap<>();
    private final Map<String, Long> failedTries = new TreeMap<>();
    private final List<Failure> firstErrors = new ArrayList<>();
    private final Map<String, Long> failedReads = new TreeMap<>();
    private final List<Finding> findings = new ArrayList<>();
    private final Histogram micros = new Histogram(3);
    private long attempted;
    private long acknowledged;
    private long failed;
    private long retried;
    private long right;
    private long missing;
    private long wrong;
    private long stale;

    /** The counts of writes, taken at one moment. */
    record Writes(
            long attempted,
            long acknowledged,
            long failed,
            long retried,
            Map<String, Long> errors,
            Map<String, Long> failedTries,
            List<Failure> firstErrors,
            Map<String, Double> latencyMillis) {

        double availability() {
            return acknowledged + failed == 0 ? 0 : (double) acknowledged / (acknowledged + failed);
        }
    }

    Account(RunClock clock) {
        this.clock = clock;
    }

    synchronized void attempted() {
        attempted++;
    }

    synchronized void acknowledged(Entry entry, boolean isRetried) {
        acknowledged++;
        micros.recordValue(Math.max(0, (entry.acknowledged() - entry.due()) / 1000));
        countRetried(isRetried);
    }

    synchronized void failed(TryFailedException last, boolean isRetried) {
        failed++;
        errors.merge(last.kind(), 1L, Long::sum);
        remember(last);
        countRetried(isRetried);
    }

    synchronized void tryFailed(TryFailedException failure) {
        failedTries.merge(failure.kind(), 1L, Long::sum);
        remember(failure);
    }

    synchronized void readRight() {
        right++;
    }

    synchronized void readMissing(String key) {
        missing++;
        find("missing", key, "acknowledged, but not there");
    }

    synchronized void readWrong(String key, String value) {
        wrong++;
        find("wrong", key, value);
    }

    synchronized void readStale(String key, long sequence, long expected) {
        stale++;
        find("stale", key, "sequence " + sequence + " after " + expected + " was acknowledged");
    }

    synchronized void readFailed(TryFailedException failure) {
        failedReads.merge(failure.kind(), 1L, Long::sum);
    }

    /** Notes what the last check came upon; it counts for itself. */
    synchronized void find(String kind, String key, String detail) {
        if (findings.size() < FINDINGS) {
            findings.add(new Finding(RunClock.millis(clock.now()), kind, key, cut(detail)));
        }
    }

    synchronized Writes writes() {
        return new Writes(
                attempted,
                acknowledged,
                failed,
                retried,
                new TreeMap<>(errors),
                new TreeMap<>(failedTries),
                List.copyOf(firstErrors),
                latencyMillis());
    }

    synchronized Reads reads() {
        return new Reads(right, missing, wrong, stale, new TreeMap<>(failedReads));
    }

    synchronized List<Finding> findings() {
        return List.copyOf(findings);
    }

    private void countRetried(boolean isRetried) {
        if (isRetried) {
            retried++;
        }
    }

    private void remember(TryFailedException failure) {
        long same = firstErrors.stream()
                .filter(first -> first.kind().equals(failure.kind()))
                .count();
        if (same < FIRST_OF_A_KIND) {
            firstErrors.add(new Failure(RunClock.millis(clock.now()), failure.kind(), cut(failure.getMessage())));
        }
    }

    private Map<String, Double> latencyMillis() {
        return new TreeMap<>(Map.of(
                "p50", micros.getValueAtPercentile(50) / 1e3,
                "p95", micros.getValueAtPercentile(95) / 1e3,
                "p99", micros.getValueAtPercentile(99) / 1e3,
                "p999", micros.getValueAtPercentile(99.9) / 1e3,
                "max", micros.getMaxValue() / 1e3));
    }

    private static String cut(String detail) {
        return detail.length() > DETAIL_LENGTH ? detail.substring(0, DETAIL_LENGTH) : detail;
    }
}
