package dev.tiercache.service.faults;

import static org.awaitility.Awaitility.await;

import dev.tiercache.service.process.KeepAliveClient;
import dev.tiercache.service.process.KeepAliveClient.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * An open-loop load: 500 requests a second, for {@link Question#COUNT} reports at random, to the instances in turn. A
 * request is sent at its time whether or not those before it were answered, as users do.
 */
final class Load implements AutoCloseable {

    private static final int PER_SECOND = 500;
    private static final long STEP_NANOS = TimeUnit.SECONDS.toNanos(1) / PER_SECOND;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration CALM = Duration.ofSeconds(60);
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** The server closes a connection that is idle for 20 s. */
    private static final long MAX_IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final List<Node> nodes;
    private final List<Question> questions;
    private final long ttlMillis;
    private final long seed;
    private final long startNanos = System.nanoTime();
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final List<Deque<Idle>> idle;
    private final Thread dispatcher = Thread.ofPlatform().daemon().name("load").unstarted(this::dispatch);
    private volatile boolean stopped;
    private volatile int sent;

    /** A connection that nobody uses at present. */
    private record Idle(KeepAliveClient client, long sinceNanos) {}

    private Load(List<Node> nodes, List<Question> questions, long ttlMillis, long seed) {
        this.nodes = nodes;
        this.questions = questions;
        this.ttlMillis = ttlMillis;
        this.seed = seed;
        this.idle = nodes.stream()
                .<Deque<Idle>>map(node -> new ConcurrentLinkedDeque<>())
                .toList();
    }

    /**
     * Starts it.
     *
     * @param ttlMillis how old a report may be that is not marked as stale, ms
     * @param seed decides which reports are asked for
     */
    static Load on(List<Node> nodes, List<Question> questions, long ttlMillis, long seed) {
        Load load = new Load(nodes, questions, ttlMillis, seed);
        load.dispatcher.start();
        return load;
    }

    /** Asks each question of each instance, one after the other: gently, for an instance that has just been started. */
    static List<Answer> once(List<Node> nodes, List<Question> questions, long ttlMillis) {
        try (Load load = new Load(nodes, questions, ttlMillis, 0)) {
            return IntStream.range(0, nodes.size() * questions.size())
                    .mapToObj(i -> load.ask(
                            i % nodes.size(), questions.get(i / nodes.size()), Integer.toString(i), System.nanoTime()))
                    .toList();
        }
    }

    /** Returns when it has run for so much longer; at once when that is not positive. */
    void runs(Duration time) {
        int until = sent + (int) (time.toMillis() * PER_SECOND / 1000);
        await("the load")
                .atMost(time.plus(PATIENCE))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> sent >= until);
    }

    /** Ends it, waits for what is under way, and returns every answer. */
    List<Answer> stop() {
        stopped = true;
        try {
            dispatcher.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        await("the last answers").atMost(PATIENCE).until(() -> answered.get() == sent);
        close();
        return List.copyOf(answers);
    }

    /** Waits until for a second no answer has been late: the instances are warm and the machine is calm. */
    void calm() {
        await("a calm second")
                .atMost(CALM)
                .pollDelay(Duration.ofSeconds(1))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    long since = System.nanoTime() - TimeUnit.SECONDS.toNanos(1);
                    return answers.stream()
                                    .filter(answer -> answer.doneNanos() >= since)
                                    .allMatch(answer -> answer.latencyNanos() < LATE_NANOS)
                            && sent - answered.get() < PER_SECOND / 10;
                });
    }

    @Override
    public void close() {
        stopped = true;
        idle.forEach(connections -> {
            connections.forEach(connection -> closeQuietly(connection.client()));
            connections.clear();
        });
    }

    private void dispatch() {
        SplittableRandom random = new SplittableRandom(seed);
        while (!stopped) {
            int number = sent;
            long due = startNanos + number * STEP_NANOS;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            Question question = questions.get(random.nextInt(questions.size()));
            int node = number % nodes.size();
            Thread.ofVirtual().start(() -> {
                answers.add(ask(node, question, Integer.toString(number), due));
                answered.incrementAndGet();
            });
            sent = number + 1;
        }
    }

    private Answer ask(int node, Question question, String requestId, long due) {
        KeepAliveClient client = connection(node);
        try {
            client.connect();
            long sentMillis = System.currentTimeMillis();
            Reply reply = client.exchange(question.path(), "X-Request-Id: " + requestId + "\r\n");
            Answer answer = Answer.of(node, question, requestId, reply, due, sentMillis, ttlMillis);
            idle.get(node).push(new Idle(client, System.nanoTime()));
            return answer;
        } catch (IOException | RuntimeException e) {
            closeQuietly(client);
            return Answer.lost(node, due, e);
        }
    }

    private KeepAliveClient connection(int node) {
        Idle last = idle.get(node).poll();
        if (last != null && System.nanoTime() - last.sinceNanos() < MAX_IDLE_NANOS) {
            return last.client();
        }
        if (last != null) {
            closeQuietly(last.client());
        }
        return new KeepAliveClient(nodes.get(node).port());
    }

    private static void closeQuietly(KeepAliveClient client) {
        try {
            client.close();
        } catch (IOException e) {
            // It is of no use either way.
        }
    }
}
