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
    private volatile CountDownLatch go = new CountDownLatch(0);
    private volatile boolean sourceDown;
    private Phase4Hub hub = hub(NEVER, limits(NEVER, NEVER, NEVER));

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void aSilentServerSendsHeartbeats() {
        hub = hub(NEVER, limits(Duration.ofMillis(50), NEVER, NEVER));
        SilentSession session = SilentSession.reading();
        hub.connect("ann", session.session());

        await().until(() -> session.count("heartbeat") >= 2);
        assertThat(session.count("phase4_update")).isEqualTo(1);
    }

    @Test
    void aSocketWithoutTrafficIsClosedThoughHeartbeatsWereSent() {
        hub = hub(NEVER, limits(Duration.ofMillis(20), Duration.ofSeconds(1), NEVER));
        SilentSession session = SilentSession.reading();
        hub.connect("ann", session.session());

        await().until(() -> session.closed != null);
        assertThat(session.closed).isEqualTo(CloseStatus.NORMAL);
        assertThat(session.delivered.getLast()).startsWith("{\"type\":\"timeout\"");
        assertThat(session.complaints).isEmpty();
        assertThat(session.count("heartbeat")).isPositive();
    }

    @Test
    void aSocketDoesNotLiveForEverThoughItIsBusy() {
        hub = hub(Duration.ofMillis(20), limits(NEVER, NEVER, Duration.ofMillis(300)));
        SilentSession session = SilentSession.reading();
        hub.connect("ann", session.session());

        await().until(() -> session.closed != null);
        assertThat(session.count("phase4_update")).isGreaterThan(2);
        assertThat(session.count("timeout")).isEqualTo(1);
    }

    @Test
    void anUpdateIsTrafficAndSoIsAWordOfTheClient() {
        hub = hub(Duration.ofMillis(100), limits(NEVER, Duration.ofSeconds(1), NEVER));
        SilentSession updated = SilentSession.reading();
        hub.connect("ann", updated.session());
        Phase4Hub quiet = hub(NEVER, limits(NEVER, Duration.ofSeconds(1), NEVER));
        SilentSession talking = SilentSession.reading();
        Phase4Socket socket = quiet.connect("ben", talking.session());

        await().pollInterval(Duration.ofMillis(100)).until(() -> {
            quiet.received(socket);
            return updated.count("phase4_update") >= 15;
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
        hub.connect("ann", SilentSession.reading().session());

        await().until(() -> computedAt.size() >= 21);

        long twenty = computedAt.get(20) - computedAt.getFirst();
        assertThat(Duration.ofNanos(twenty)).isBetween(Duration.ofMillis(1_850), Duration.ofMillis(2_900));
    }

    @Test
    void aRefreshIsAnUpdateNowAndTheIntervalBeginsAnew() {
        Duration interval = Duration.ofSeconds(1);
        hub = hub(interval, limits(NEVER, NEVER, NEVER));
        SilentSession session = SilentSession.reading();
        hub.connect("ann", session.session());
        await().until(() -> computedAt.size() == 1);
        long halfway = computedAt.getFirst() + interval.toNanos() / 2;

        await().pollInterval(Duration.ofMillis(10)).until(() -> System.nanoTime() - halfway > 0);
        hub.refresh("ann");

        await().until(() -> computedAt.size() >= 3);
        long refreshed = computedAt.get(1) - computedAt.get(0);
        assertThat(Duration.ofNanos(refreshed)).isLessThan(interval);
        assertThat(Duration.ofNanos(computedAt.get(2) - computedAt.get(1))).isGreaterThan(interval.minusMillis(50));
    }

    @Test
    void aChangedIntervalCountsForThoseWhoAreThere() {
        AtomicReference<Duration> interval = new AtomicReference<>(NEVER);
        hub = hub(interval::get, limits(NEVER, NEVER, NEVER));
        SilentSession session = SilentSession.reading();
        hub.connect("ann", session.session());
        await().until(() -> session.count("phase4_update") == 1);

        interval.set(Duration.ofMillis(20));
        hub.paceChanged();

        await().until(() -> session.count("phase4_update") >= 4);
    }

    @Test
    void aSlowReaderGetsTheNewestUpdateAndHoldsUpNobody() {
        hub = hub(NEVER, limits(NEVER, NEVER, NEVER));
        SilentSession stuck = new SilentSession();
        SilentSession reading = SilentSession.reading();
        hub.connect("ann", stuck.session());
        // The first update is being written.
        await().until(() -> stuck.reads.hasQueuedThreads());
        hub.connect("ann", reading.session());
        for (int i = 1; i <= 30; i++) {
            int count = i;
            hub.refresh("ann");
            await().until(() -> reading.count("phase4_update") >= count);
        }
        String newest = reading.delivered.getLast();
        long replaced = meters.total(StreamMeters.Message.DROPPED);

        stuck.reads.release(1_000_000);

        await().until(() ->
                !stuck.delivered.isEmpty() && stuck.delivered.getLast().equals(newest));
        assertThat(stuck.delivered).hasSize(2);
        assertThat(replaced).isGreaterThanOrEqualTo(29);
    }

    @Test
    void oneComputationServesAllSocketsOfAUser() {
        hub = hub(Duration.ofMillis(50), limits(NEVER, NEVER, NEVER));
        List<SilentSession> sessions =
                List.of(SilentSession.reading(), SilentSession.reading(), SilentSession.reading());
        sessions.forEach(session -> hub.connect("ann", session.session()));

        await().until(() -> sessions.stream().allMatch(s -> s.count("phase4_update") >= 10));
        long delivered =
                sessions.stream().mapToLong(s -> s.count("phase4_update")).sum();

        // The first ones came before all three were there.
        assertThat(computed.get()).isLessThanOrEqualTo((int) delivered / 3 + 6);
    }

    @Test
    void oneSocketMoreThanThereMayBeIsSentAwayUntilAnotherLeaves() {
        hub = hub(NEVER, limits(NEVER, NEVER, NEVER));
        SilentSession first = SilentSession.reading();
        Phase4Socket firstSocket = hub.connect("u0", first.session());
        for (int i = 1; i < 50; i++) {
            hub.connect("u" + i, SilentSession.reading().session());
        }
        SilentSession refused = SilentSession.reading();
        hub.connect("one.more", refused.session());

        await().until(() -> refused.closed != null);
        assertThat(refused.closed).isEqualTo(CloseStatus.SERVICE_OVERLOAD);
        assertThat(hub.connections()).isEqualTo(50);

        hub.disconnected("u0", firstSocket, CloseStatus.NORMAL);
        SilentSession next = SilentSession.reading();
        hub.connect("next", next.session());
        await().until(() -> next.count("phase4_update") == 1);
    }

    @Test
    void soManyUsersAtOnceAreComputedAFewAtATime() {
        int places = 2 * Runtime.getRuntime().availableProcessors();
        hub = hub(NEVER, limits(NEVER, NEVER, NEVER));
        go = new CountDownLatch(1);
        List<SilentSession> sessions = new ArrayList<>();
        for (int i = 0; i < Math.min(50, 3 * places); i++) {
            SilentSession session = SilentSession.reading();
            sessions.add(session);
            hub.connect("u" + i, session.session());
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
        SilentSession session = SilentSession.reading();
        hub.connect("ann", session.session());
        await().until(() -> session.count("error") >= 1);

        sourceDown = false;

        await().until(() -> session.count("phase4_update") >= 1);
        assertThat(session.delivered.getFirst()).doesNotContain("secret reason");
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
