package dev.tiercache.service.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.service.process.ServiceProcess;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Two instances of the service in JVMs of their own, warmed up. Their times to live are short, so that under the load
 * every answer's way is taken all the time: from L1, from L2, computed, and refreshed early.
 */
final class Stage implements AutoCloseable {

    /** How old a report may become, ms. */
    static final long TTL_MILLIS = 6_000;

    private static final Map<String, String> TIMES =
            Map.of("L1_TTL_SECONDS", "2", "L2_TTL_SECONDS", Long.toString(TTL_MILLIS / 1000));
    private static final Duration WARM_UP = Duration.ofSeconds(60);
    private static final Duration WARM = Duration.ofMillis(2);
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final List<Node> nodes;
    private final List<AutoCloseable> owned;
    private final List<Question> questions = Question.all();
    private final Hiccups hiccups = Hiccups.watching();
    private final Neighbours neighbours = Neighbours.watching();

    private Stage(List<Node> nodes, List<AutoCloseable> owned) {
        this.nodes = nodes;
        this.owned = owned;
    }

    /** Starts both with the same environment. */
    static Stage of(Map<String, String> environment, AutoCloseable... owned) {
        return of(environment, environment, List.of(), owned);
    }

    /**
     * Starts each with an environment of its own.
     *
     * @param by the program that starts them, with its arguments; none: they are started directly
     * @param owned what the instances need, closed after them, also when they do not start
     */
    static Stage of(Map<String, String> first, Map<String, String> second, List<String> by, AutoCloseable... owned) {
        Stage stage = new Stage(List.of(launch(first, by), launch(second, by)), List.of(owned));
        try {
            stage.nodes.forEach(Node::awaitReady);
            stage.warmUp();
            return stage;
        } catch (RuntimeException | Error e) {
            stage.close();
            throw e;
        }
    }

    /** Waits until both use Redis. */
    void awaitUp() {
        await("both instances up").atMost(PATIENCE).until(() -> nodes.stream().allMatch(Node::up));
    }

    /** How often the link of either was lost. */
    double losses() {
        return nodes.stream().mapToDouble(Node::losses).sum();
    }

    List<Node> nodes() {
        return nodes;
    }

    List<Question> questions() {
        return questions;
    }

    /** How much of a span, given by {@link System#nanoTime()}, the machine was not there for the test, ns. */
    long absence(long fromNanos, long toNanos) {
        return Math.max(hiccups.within(fromNanos, toNanos), neighbours.within(fromNanos, toNanos));
    }

    Hiccups hiccups() {
        return hiccups;
    }

    @Override
    public void close() {
        hiccups.close();
        neighbours.close();
        nodes.forEach(Node::close);
        try {
            for (AutoCloseable each : owned) {
                each.close();
            }
        } catch (Exception e) {
            throw new IllegalStateException("something that the instances needed could not be closed", e);
        }
    }

    private static Node launch(Map<String, String> environment, List<String> by) {
        Map<String, String> all = new HashMap<>(TIMES);
        all.putAll(environment);
        return Node.of(ServiceProcess.launch(all, by));
    }

    /**
     * Has the classes loaded and the hot code compiled, also of what the trials themselves ask for: latencies count later,
     * right answers from the first one on.
     */
    private void warmUp() {
        nodes.forEach(Node::l2Answers);
        await("both instances warm").atMost(WARM_UP).pollInterval(Duration.ZERO).until(() -> {
            List<Answer> answers = Load.once(nodes, questions, TTL_MILLIS);
            assertThat(answers).flatExtracting(Answer::faults).isEmpty();
            long[] latencies = Answer.latencies(answers);
            return latencies[latencies.length / 2] < WARM.toNanos();
        });
    }
}
