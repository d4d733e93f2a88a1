package dev.tiercache.service.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.service.report.ReportException;
import dev.tiercache.service.report.ReportRequest;
import dev.tiercache.service.report.ReportSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.web.socket.CloseStatus;

/** Silence, age and slowness of one socket, with limits short enough to wait for. */
class Phase4LimitsTest {

    private static final Duration NEVER = Duration.ofHours(1);
    private static final String SIGNALS = """
            {"options_flow_composite":null,"residual_momentum":0.5,"seasonality_score":null,"breadth_liquidity":null,\
            "unavailable_with_reason":"of a test","as_of":null,"compute_latency_ms":%d}""";

    private final StreamMeters meters = new StreamMeters(new SimpleMeterRegistry());
    private final AtomicInteger computed = new AtomicInteger();
    private final List<Long> computedAt = new CopyOnWriteArrayList<>();
    private final AtomicInteger computing = new AtomicInteger();
    private final AtomicInteger mostComputing = new AtomicInteger();
    private final List<SilentSession> sessions = new ArrayList<>();
    private volatile CountDownLatch go = new CountDownLatch(0);
    private volatile boolean sourceDown;
    private Phase4Hub hub = hub(NEVER, limits(NEVER, NEVER, NEVER));

    @AfterEach
    void close() {
        hub.close();
        assertThat(sessions)
                .allSatisfy(session -> assertThat(session.complaints()).isEmpty());
    }

    @Test
    void aSilentServerSendsHeartbeats() {
        hub = hub(NEVER, limits(Duration.ofMillis(50), NEVER, NEVER));
        SilentSession session = reading();
        hub.connect("ann", session.session());

        await().until(() -> session.count("heartbeat") >= 2);
        assertThat(session.count("phase4_update")).isEqualTo(1);
    }

    @Test
    void aSocketWithoutTrafficIsClosedThoughHeartbeatsWereSent() {
        hub = hub(NEVER, limits(Duration.ofMillis(20), Duration.ofSeconds(1), NEVER));
        SilentSession session = reading();
        hub.connect("ann", session.session());

        await().until(() -> session.closed != null);
        assertThat(session.closed).isEqualTo(CloseStatus.NORMAL);
        assertThat(session.delivered.getLast()).startsWith("{\"type\":\"timeout\"");
        assertThat(session.count("heartbeat")).isPositive();
    }

    @Test
    void aSocketDoesNotLiveForEverThoughItIsBusy() {
        hub = hub(Duration.ofMillis(20), limits(NEVER, NEVER, Duration.ofSeconds(2)));
        SilentSession session = reading();
        hub.connect("ann", session.session());

        await().until(() -> session.closed != null);
        assertThat(session.count("phase4_update")).isGreaterThan(1);
        assertThat(session.delivered.getLast()).startsWith("{\"type\":\"timeout\"");
        assertThat(session.count("timeout")).isEqualTo(1);
    }

    @Test
    void anUpdateIsTrafficAndSoIsAWordOfTheClient() {
        Duration idle = Duration.ofSeconds(2);
        hub = hub(Duration.ofMillis(100), limits(NEVER, idle, NEVER));
        SilentSession updated = reading();
        hub.connect("ann", updated.session());
        Phase4Hub quiet = hub(NEVER, limits(NEVER, idle, NEVER));
        SilentSession talking = reading();
        Phase4Socket socket = quiet.connect("ben", talking.session());

        await().pollInterval(Duration.ofMillis(100)).until(() -> {
            quiet.received(socket);
            return updated.count("phase4_update") >= 30;
        });

        assertThat(updated.closed).isNull();
        assertThat(talking.closed).isNull();
        // Nobody talks any more.
        await().until(() -> talking.closed != null);
        quiet.close();
    }

    @Test
    void aTenthOfASecondIsATenthOfASecond() {
        hub = hub(Duration.ofMillis(100), limits(NEVER, NEVER, NEVER));
        hub.connect("ann", reading().session());

        await().until(() -> computedAt.size() >= 21);

        long twenty = computedAt.get(20) - computedAt.getFirst();
        // Two seconds; it may have been held up at either end, but it is neither no pause nor one of whole seconds.
        assertThat(Duration.ofNanos(twenty)).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(8));
    }

    @Test
    void aRefreshIsAnUpdateNowAndTheIntervalBeginsAnew() {
        Duration interval = Duration.ofSeconds(2);
        hub = hub(interval, limits(NEVER, NEVER, NEVER));
        hub.connect("ann", reading().session());
        await().until(() -> !computedAt.isEmpty());

        // For longer than the interval, each refresh once the one before has had its update.
        int refreshes = 0;
        while (computedAt.getLast() - computedAt.getFirst() < interval.toNanos() * 3 / 2) {
            hub.refresh("ann");
            refreshes++;
            int expected = 1 + refreshes;
            await().pollInterval(Duration.ofMillis(10)).until(() -> computedAt.size() >= expected);
        }

        assertThat(refreshes).as("updates that did not wait for the interval").isGreaterThan(10);
        assertThat(computedAt).as("the first, and one for each refresh").hasSize(1 + refreshes);
        int last = refreshes;
        await().until(() -> computedAt.size() > last + 1);
        assertThat(Duration.ofNanos(computedAt.get(last + 1) - computedAt.get(last)))
                .isGreaterThan(interval.dividedBy(2));
    }

    @Test
    void aChangedIntervalCountsForThoseWhoAreThere() {
        AtomicReference<Duration> interval = new AtomicReference<>(NEVER);
        hub = hub(interval::get, limits(NEVER, NEVER, NEVER));
        SilentSession session = reading();
        hub.connect("ann", session.session());
        await().until(() -> session.count("phase4_update") == 1);

        interval.set(Duration.ofMillis(20));
        hub.paceChanged();

        await().until(() -> session.count("phase4_update") >= 4);
    }

    @Test
    void aSlowReaderGetsTheNewestUpdateAndHoldsUpNobody() {
        hub = hub(NEVER, limits(NEVER, NEVER, NEVER));
        SilentSession stuck = session();
        SilentSession reading = reading();
        hub.connect("ann", stuck.session());
        // The first update is being written.
        await().until(() -> stuck.reads.hasQueuedThreads());
        hub.connect("ann", reading.session());
        // Its own first update, which goes to both, then 30 that are asked for one by one.
        await().until(() -> reading.count("phase4_update") == 1);
        for (int i = 1; i <= 30; i++) {
            int count = 1 + i;
            hub.refresh("ann");
            await().pollInterval(Duration.ofMillis(10)).until(() -> reading.count("phase4_update") == count);
        }
        String newest = reading.delivered.getLast();
        long replaced = meters.total(StreamMeters.Message.DROPPED);

        stuck.reads.release(1_000_000);

        await().until(() ->
                !stuck.delivered.isEmpty() && stuck.delivered.getLast().equals(newest));
        assertThat(stuck.delivered).hasSize(2);
        assertThat(replaced).isEqualTo(30);
    }

    @Test
    void oneComputationServesAllSocketsOfAUser() {
        hub = hub(NEVER, limits(NEVER, NEVER, NEVER));
        go = new CountDownLatch(1);
        List<SilentSession> three = List.of(reading(), reading(), reading());
        hub.connect("ann", three.getFirst().session());
        await().until(() -> computing.get() == 1);
        // These come while it is computed for the first one, and want one together.
        three.subList(1, 3).forEach(session -> hub.connect("ann", session.session()));
        go.countDown();
        awaitUpdate(2, three);

        for (int i = 3; i <= 10; i++) {
            hub.refresh("ann");
            awaitUpdate(i, three);
        }

        assertThat(computed.get()).isEqualTo(10);
    }

    /** Waits until the update of the n-th computation is the newest that each has. */
    private static void awaitUpdate(int computation, List<SilentSession> all) {
        await().pollInterval(Duration.ofMillis(10))
                .until(() -> all.stream()
                        .allMatch(session -> !session.delivered.isEmpty()
                                && session.delivered
                                        .getLast()
                                        .contains("\"compute_latency_ms\":" + computation + "}")));
    }

    @Test
    void oneSocketMoreThanThereMayBeIsSentAwayUntilAnotherLeaves() {
        hub = hub(NEVER, limits(NEVER, NEVER, NEVER));
        SilentSession first = reading();
        Phase4Socket firstSocket = hub.connect("u0", first.session());
        for (int i = 1; i < 50; i++) {
            hub.connect("u" + i, reading().session());
        }
        SilentSession refused = reading();
        hub.connect("one.more", refused.session());

        await().until(() -> refused.closed != null);
        assertThat(refused.closed).isEqualTo(CloseStatus.SERVICE_OVERLOAD);
        assertThat(hub.connections()).isEqualTo(50);

        hub.disconnected("u0", firstSocket, CloseStatus.NORMAL);
        SilentSession next = reading();
        hub.connect("next", next.session());
        await().until(() -> next.count("phase4_update") == 1);
    }

    @Test
    void soManyUsersAtOnceAreComputedAFewAtATime() {
        int places = 2 * Runtime.getRuntime().availableProcessors();
        hub = hub(NEVER, limits(NEVER, NEVER, NEVER));
        go = new CountDownLatch(1);
        for (int i = 0; i < Math.min(50, 3 * places); i++) {
            hub.connect("u" + i, reading().session());
        }
        await().until(() -> computing.get() >= Math.min(places, sessions.size()));
        go.countDown();

        await().until(() -> sessions.stream().allMatch(s -> s.count("phase4_update") == 1));
        assertThat(mostComputing.get()).isLessThanOrEqualTo(places);
    }

    @Test
    void aSourceThatIsDownIsToldAndTheUpdatesGoOnAfterwards() {
        sourceDown = true;
        hub = hub(Duration.ofMillis(50), limits(NEVER, NEVER, NEVER));
        SilentSession session = reading();
        hub.connect("ann", session.session());
        await().until(() -> session.count("error") >= 1);

        sourceDown = false;

        await().until(() -> session.count("phase4_update") >= 1);
        assertThat(session.delivered.getFirst()).doesNotContain("secret reason");
    }

    /** One that reads everything at once. */
    private SilentSession reading() {
        SilentSession session = session();
        session.reads.release(1_000_000);
        return session;
    }

    private SilentSession session() {
        SilentSession session = new SilentSession();
        sessions.add(session);
        return session;
    }

    private Phase4Hub hub(Duration interval, StreamLimits limits) {
        return hub(() -> interval, limits);
    }

    private Phase4Hub hub(Supplier<Duration> interval, StreamLimits limits) {
        return new Phase4Hub(new CountingSource(), interval, limits, new Phase4Messages(Clock.systemUTC()), meters);
    }

    private static StreamLimits limits(Duration heartbeat, Duration idle, Duration lifetime) {
        return new StreamLimits(heartbeat, idle, lifetime, 50, 3, 4, 1024, Duration.ofMillis(5));
    }

    private final class CountingSource implements ReportSource {
        @Override
        public byte[] report(ReportRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public byte[] phase4(String userId) throws ReportException {
            if (sourceDown) {
                throw ReportException.sourceUnavailable("secret reason", Duration.ofSeconds(1));
            }
            computedAt.add(System.nanoTime());
            mostComputing.accumulateAndGet(computing.incrementAndGet(), Math::max);
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            } finally {
                computing.decrementAndGet();
            }
            return SIGNALS.formatted(computed.incrementAndGet()).getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public List<String> defaultSymbols(String userId) {
            return List.of("AAPL");
        }

        @Override
        public String schema() {
            return "{}";
        }
    }
}
