package dev.tiercache.service.faults;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;

/**
 * One fault under load, and what must hold all the while: every answer comes, is right, in time and not too old; Redis is
 * used again within a second once it is back; and nothing of it stays in the heap.
 *
 * <p>A stall of the machine that the control saw at the same instant is taken off a time before it is judged.
 */
final class Trial implements AutoCloseable {

    private static final Duration LEAST = Duration.ofSeconds(10);
    private static final Duration LONGEST_ANSWER = Duration.ofMillis(500);
    private static final Duration LONGEST_RECOVERY = Duration.ofSeconds(1);

    /** How exactly a recovery is timed: more often would load what is judged. */
    private static final Duration LOOK = Duration.ofMillis(20);

    private static final long MAX_HEAP_GROWTH = 32 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final Stage stage;
    private final String fault;
    private final long seed = Long.getLong("faults.seed", System.nanoTime());
    private final List<Long> heapBefore;
    private final List<Long> recoveries = new ArrayList<>();
    private final SoftAssertions claims = new SoftAssertions();
    private final Load load;
    private long calmNanos;

    private Trial(Stage stage, String fault, long ttlMillis) {
        this.stage = stage;
        this.fault = fault;
        this.heapBefore = heaps();
        this.load = Load.on(stage.nodes(), stage.questions(), ttlMillis, seed);
    }

    /** Starts the load, while all is well. */
    static Trial of(Stage stage, String fault) {
        stage.awaitUp();
        return ofDown(stage, fault);
    }

    /** Starts the load, whether or not Redis is used. */
    static Trial ofDown(Stage stage, String fault) {
        return withSkew(stage, fault, Duration.ZERO);
    }

    /** Starts the load; the clock of an instance may be behind by so much, and its reports are older by that. */
    static Trial withSkew(Stage stage, String fault, Duration skew) {
        Trial trial = new Trial(stage, fault, Stage.TTL_MILLIS + skew.toMillis());
        trial.load.calm();
        trial.calmNanos = System.nanoTime();
        return trial;
    }

    /** Lets the load go on for so long. */
    void runs(Duration time) {
        load.runs(time);
    }

    /** Claims more than every trial does. */
    SoftAssertions claims() {
        return claims;
    }

    /** Claims that both instances use Redis again within a second from now, when it has just come back. */
    void recovers() {
        recoversSince(System.nanoTime());
    }

    /** The same for what takes a process longer the first time. */
    void recoversWithin(Duration longest) {
        recoversSince(System.nanoTime(), longest);
    }

    /** Claims that both instances use Redis again within a second of the moment when it came back. */
    void recoversSince(long backNanos) {
        recoversSince(backNanos, LONGEST_RECOVERY);
    }

    private void recoversSince(long backNanos, Duration longest) {
        List<Node> nodes = stage.nodes();
        double[] answers = nodes.stream().mapToDouble(Node::l2Answers).toArray();
        long[] used = new long[nodes.size()];
        await("Redis used again after " + fault)
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(LOOK)
                .until(() -> {
                    for (int i = 0; i < used.length; i++) {
                        Node node = nodes.get(i);
                        if (used[i] == 0 && node.up() && node.l2Answers() > answers[i]) {
                            used[i] = System.nanoTime();
                        }
                    }
                    return Arrays.stream(used).allMatch(nanos -> nanos != 0);
                });
        for (long nanos : used) {
            recoveries.add(nanos - backNanos);
            claims.assertThat(fair(backNanos, nanos))
                    .as("time until Redis is used again, stalls of the machine taken off")
                    .isLessThanOrEqualTo(longest);
        }
    }

    /** Ends the load after ten seconds at least, prints the figures, and judges. */
    void end() {
        load.runs(LEAST.minusNanos(System.nanoTime() - calmNanos));
        long end = System.nanoTime();
        // Before the instances are warm and the machine is calm, nothing is claimed.
        List<Answer> answers = load.stop().stream()
                .filter(answer -> answer.intendedNanos() >= calmNanos)
                .toList();
        List<Long> heapAfter = heaps();
        List<String> faults =
                answers.stream().flatMap(answer -> answer.faults().stream()).toList();
        System.out.println(summary(answers, faults.size(), heapAfter, end));
        claims.assertThat(faults.stream().limit(5)).as("wrong answers").isEmpty();
        List<String> late = answers.stream()
                .filter(answer -> answer.latencyNanos() > LONGEST_ANSWER.toNanos())
                .filter(answer ->
                        fair(answer.intendedNanos(), answer.doneNanos()).compareTo(LONGEST_ANSWER) > 0)
                .map(this::when)
                .toList();
        claims.assertThat(late.stream().limit(10))
                .as("late answers, stalls of the machine taken off, the first of " + late.size())
                .isEmpty();
        for (int i = 0; i < heapAfter.size(); i++) {
            claims.assertThat(heapAfter.get(i) - heapBefore.get(i))
                    .as("growth of the heap, bytes")
                    .isLessThan(MAX_HEAP_GROWTH);
        }
        claims.assertAll();
    }

    @Override
    public void close() {
        load.close();
    }

    private Duration fair(long fromNanos, long toNanos) {
        return Duration.ofNanos(toNanos - fromNanos - stage.absence(fromNanos, toNanos));
    }

    private String when(Answer answer) {
        return String.format(
                Locale.ROOT,
                "%.0f ms at %.3f s by instance %d",
                millis(answer.latencyNanos()),
                millis(answer.intendedNanos() - calmNanos) / 1000,
                answer.node());
    }

    private List<Long> heaps() {
        return stage.nodes().stream().map(Node::heapAfterCollection).toList();
    }

    private String summary(List<Answer> answers, int wrong, List<Long> heapAfter, long end) {
        long[] latencies = Answer.latencies(answers);
        return String.format(
                Locale.ROOT,
                "FAULT %-28s requests=%d wrong=%d stale=%d p50=%.1fms p99=%.1fms max=%.1fms recovery=[%s]ms heap=[%s]KiB"
                        + " machine=[hiccups=%.0fms longest=%.0fms absent=%.0f%%] seed=%d",
                '"' + fault + '"',
                answers.size(),
                wrong,
                answers.stream().filter(Answer::stale).count(),
                millis(latencies[latencies.length / 2]),
                millis(latencies[latencies.length * 99 / 100]),
                millis(latencies[latencies.length - 1]),
                recoveries.stream()
                        .map(nanos -> Long.toString(TimeUnit.NANOSECONDS.toMillis(nanos)))
                        .collect(Collectors.joining(" ")),
                differences(heapAfter),
                millis(stage.hiccups().within(calmNanos, end)),
                millis(stage.hiccups().longest(calmNanos, end)),
                100.0 * stage.absence(calmNanos, end) / (end - calmNanos),
                seed);
    }

    private String differences(List<Long> heapAfter) {
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < heapAfter.size(); i++) {
            differences.add(String.format("%+d", (heapAfter.get(i) - heapBefore.get(i)) >> 10));
        }
        return String.join(" ", differences);
    }

    private static double millis(long nanos) {
        return nanos / 1e6;
    }
}
