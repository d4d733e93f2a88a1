package dev.tiercache.e2e.ledger;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of the writes and reads of one run; printed as one line of JSON. Offsets are milliseconds since the start.
 *
 * @param run names the keys
 * @param seed of the payloads
 * @param started when the first write was due
 * @param seconds how long writes were started so far
 * @param attempted writes begun
 * @param acknowledged writes that Redis said it has
 * @param failed writes that no try got acknowledged within the client timeout; Redis may have them all the same
 * @param retried writes that took more than one try, or had to wait for a connection
 * @param availability acknowledged of those that ended, a fraction; 0 while none ended
 * @param errors failed writes by the kind of their last try: the first word of Redis's error, or {@code Timeout},
 *     {@code Connection}, {@code NotMaster}, {@code NoSentinel}
 * @param failedTries tries that failed, by kind, whatever became of the write
 * @param firstErrors the first failed tries of each kind, at most {@value Account#FIRST_OF_A_KIND}
 * @param longestGap the longest time without an acknowledged write
 * @param gaps all times of more than {@value Gaps#NOTED_MILLIS} ms without an acknowledged write, the first
 *     {@value Gaps#MOST}
 * @param reads what readers saw while writes went on
 * @param findings the first reads, and keys at the end, that were not right, at most {@value Account#FINDINGS}
 * @param masters servers that said they were the master when a connection was made, in the order of their appearance
 * @param twoMasters whether writes were acknowledged by two servers at one time
 * @param latencyMillis p50, p95, p99, p999 and max of acknowledged writes, from the instant each was due
 * @param audit what was found of the acknowledged writes at the end; null while the run goes on
 */
public record LedgerSummary(
        String run,
        long seed,
        Instant started,
        double seconds,
        long attempted,
        long acknowledged,
        long failed,
        long retried,
        double availability,
        Map<String, Long> errors,
        Map<String, Long> failedTries,
        List<Failure> firstErrors,
        Gap longestGap,
        List<Gap> gaps,
        Reads reads,
        List<Finding> findings,
        List<Master> masters,
        TwoMasters twoMasters,
        Map<String, Double> latencyMillis,
        @Nullable Audit audit) {

    /** One failed try: when it ended, its kind, and what was said. */
    public record Failure(long atMillis, String kind, String detail) {}

    /** A time without an acknowledged write; from the start and to the end of the run count too. */
    public record Gap(long startMillis, long millis) {}

    /**
     * Reads of writes that were acknowledged 1 ms to 2 s before, and of the counters.
     *
     * @param right what was written
     * @param missing nothing there: lost, or not yet back
     * @param wrong anything else
     * @param stale counters older than the last value that was acknowledged before the read was sent
     * @param failed without an answer, by kind
     */
    public record Reads(long right, long missing, long wrong, long stale, Map<String, Long> failed) {}

    /** One read that was not right: {@code missing}, {@code wrong} or {@code stale}, and what was there. */
    public record Finding(long atMillis, String kind, String key, String detail) {}

    /**
     * A server, by its {@code run_id}: a restart makes another one.
     *
     * @param firstSeenMillis when it first said it was the master; 0 for before the start
     * @param firstAcknowledgedMillis when it first acknowledged a write; -1 for never
     */
    public record Master(
            String address, String server, long firstSeenMillis, long firstAcknowledgedMillis, long acknowledged) {}

    /**
     * Evidence of two masters at one time. A switch there and back is one switch back, and no fault; two switches back
     * with only one failover are.
     *
     * @param overlapping with at least two switches back: writes that one server acknowledged between two of another
     *     server, sent after the other had acknowledged one, and acknowledged before the other was sent one more that it
     *     acknowledged too; else 0
     * @param switchesBack how often acknowledgements came from a server again after another one had taken over
     */
    public record TwoMasters(long overlapping, int switchesBack) {}

    /**
     * All acknowledged writes, as the present master has them once no more are sent.
     *
     * @param complete whether all could be read from one server; if not, {@code lost} is a lower bound
     * @param checked acknowledged writes that were read
     * @param lost of these, not there
     * @param wrong of these, there with another value
     * @param staleCounters counters that are older than their last acknowledged value, or missing
     * @param windowCount how many runs of lost writes there are, in the order of acknowledgement
     * @param windows the first {@value LossWindows#MOST} of them
     * @param master which server was asked
     * @param error why it is not complete; empty if it is
     */
    public record Audit(
            boolean complete,
            long checked,
            long lost,
            long wrong,
            int staleCounters,
            int windowCount,
            List<LossWindow> windows,
            String master,
            String error) {}

    /** Writes that are lost with none in between that is not: acknowledged from first to last, so many. */
    public record LossWindow(Instant first, long firstMillis, long lastMillis, long millis, long count) {}
}
