package dev.tiercache.service.cache.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiercache.service.cache.flight.SingleFlight.Arrival;
import dev.tiercache.service.cache.flight.SingleFlight.Flight;
import dev.tiercache.service.cache.flight.SingleFlight.FullException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** One flight a key: shared while it lasts, forgotten when it ends. */
class SingleFlightTest {

    private final SingleFlight<String> flights = new SingleFlight<>(100);

    @Property(tries = 40)
    void atNoTimeAreThereTwoFlightsOfOneKeyAndEverybodyGetsAnAnswerOfTheirKey(
            @ForAll @IntRange(min = 1, max = 5) int keys, @ForAll @IntRange(min = 1, max = 60) int callers)
            throws Exception {
        Map<String, AtomicInteger> airborne = new ConcurrentHashMap<>();
        AtomicInteger crowded = new AtomicInteger();
        List<Future<Arrival<String>>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < callers; i++) {
                String key = "key" + i % keys;
                answers.add(threads.submit(() -> flights.join(
                        key,
                        flight -> {
                            AtomicInteger present = airborne.computeIfAbsent(key, k -> new AtomicInteger());
                            if (present.incrementAndGet() > 1) {
                                crowded.incrementAndGet();
                            }
                            Thread.yield();
                            present.decrementAndGet();
                            flight.land("value of " + key);
                        },
                        10_000)));
            }
        }
        for (int i = 0; i < callers; i++) {
            assertThat(answers.get(i).get().value()).isEqualTo("value of key" + i % keys);
        }
        assertThat(crowded).hasValue(0);
        assertThat(flights.size()).isZero();
    }

    @Test
    void followersShareTheFlightOfTheLeader() throws Exception {
        AtomicInteger led = new AtomicInteger();
        List<Flight<String>> held = new CopyOnWriteArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Arrival<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                answers.add(threads.submit(() -> flights.join(
                        "key",
                        flight -> {
                            if (led.incrementAndGet() == 1) {
                                held.add(flight);
                            } else {
                                flight.land("one");
                            }
                        },
                        10_000)));
            }
            Awaitility.await().until(() -> !held.isEmpty());
            held.getFirst().land("one");
            int followers = 0;
            for (Future<Arrival<String>> answer : answers) {
                assertThat(answer.get().value()).isEqualTo("one");
                followers += answer.get().followed() ? 1 : 0;
            }
            // A caller may come after the landing and lead a flight of its own: then that lands, too.
            assertThat(followers + led.get()).isEqualTo(50);
        }
    }

    @Test
    void aFailureIsSharedAndThenForgotten() throws Exception {
        assertThatThrownBy(() -> flights.join("key", flight -> flight.fail(new IllegalStateException("no")), 1_000))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IllegalStateException.class);

        assertThat(flights.join("key", flight -> flight.land("yes"), 1_000).value())
                .isEqualTo("yes");
    }

    @Test
    void whatTheLeaderThrowsFailsTheFlight() {
        assertThatThrownBy(() -> flights.join(
                        "key",
                        flight -> {
                            throw new IllegalArgumentException("at take-off");
                        },
                        1_000))
                .hasCauseInstanceOf(IllegalArgumentException.class);
        assertThat(flights.size()).isZero();
    }

    @Test
    void aWaiterThatGivesUpDoesNotEndTheFlight() throws Exception {
        List<Flight<String>> held = new ArrayList<>();
        assertThatThrownBy(() -> flights.join("key", held::add, 10)).isInstanceOf(TimeoutException.class);
        assertThat(flights.size()).isEqualTo(1);

        held.getFirst().land("late");
        assertThat(flights.size()).isZero();
    }

    @Test
    void aFlightThatNeverEndsIsGivenUpAndItsKeyIsFree() throws Exception {
        assertThatThrownBy(() -> flights.join(
                        "key",
                        flight -> flight.failAfter(Duration.ofMillis(20), () -> new IllegalStateException("hangs")),
                        10_000))
                .hasRootCauseMessage("hangs");

        assertThat(flights.join("key", flight -> flight.land("yes"), 1_000).value())
                .isEqualTo("yes");
    }

    @Test
    void aSlowKeyBlocksNoOther() throws Exception {
        List<Flight<String>> held = new ArrayList<>();
        assertThatThrownBy(() -> flights.join("slow", held::add, 1)).isInstanceOf(TimeoutException.class);

        assertThat(flights.join("fast", flight -> flight.land("now"), 1_000).value())
                .isEqualTo("now");
    }

    @Test
    void moreKeysThanTheTableHoldsAreRefusedButFlightsUnderWayCanBeJoined() throws Exception {
        SingleFlight<String> small = new SingleFlight<>(1);
        CountDownLatch leading = new CountDownLatch(1);
        List<Flight<String>> held = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Arrival<String>> leader = threads.submit(() -> small.join(
                    "one",
                    flight -> {
                        held.add(flight);
                        leading.countDown();
                    },
                    10_000));
            leading.await();
            assertThatThrownBy(() -> small.join("two", flight -> flight.land("x"), 10))
                    .isInstanceOf(FullException.class);
            assertThatThrownBy(() -> small.join("one", flight -> flight.land("x"), 10))
                    .isInstanceOf(TimeoutException.class);
            held.getFirst().land("done");
            assertThat(leader.get().value()).isEqualTo("done");
        }
    }
}
