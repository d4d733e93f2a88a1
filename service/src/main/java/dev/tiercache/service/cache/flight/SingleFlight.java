package dev.tiercache.service.cache.flight;

import java.io.Serial;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Lets concurrent requests for one key share one piece of work, and keeps keys from blocking each other.
 *
 * <p>Whoever asks first leads, the others follow. A flight leaves the table before its result is seen, so a failure is
 * shared by those who waited and by nobody after them. Each waiter has its own deadline; the work goes on without it.
 *
 * @param <V> what a flight brings
 */
public final class SingleFlight<V> {

    private final ConcurrentHashMap<String, Flight<V>> flights = new ConcurrentHashMap<>();
    private final int maxFlights;

    /** Makes an empty table for at most {@code maxFlights} keys at once. */
    public SingleFlight(int maxFlights) {
        this.maxFlights = maxFlights;
    }

    /** Thrown when there are too many flights for one more. */
    public static final class FullException extends Exception {
        @Serial
        private static final long serialVersionUID = 1L;

        private FullException() {
            super("too many keys are being fetched", null, false, false);
        }
    }

    /** One piece of work under way. */
    public static final class Flight<V> {
        private final SingleFlight<V> table;
        private final String key;
        private final CompletableFuture<V> result = new CompletableFuture<>();

        private Flight(SingleFlight<V> table, String key) {
            this.table = table;
            this.key = key;
        }

        /** Ends it with a result. */
        public void land(V value) {
            table.flights.remove(key, this);
            result.complete(value);
        }

        /** Ends it with a failure. */
        public void fail(Throwable failure) {
            table.flights.remove(key, this);
            result.completeExceptionally(failure);
        }

        /** Has it fail with {@code failure} if it has not ended by itself after some time: nobody follows it for ever. */
        public void failAfter(Duration time, Supplier<Throwable> failure) {
            // A copy, because the flight has to leave the table before its result is seen.
            var unused = result.copy()
                    .orTimeout(time.toMillis(), TimeUnit.MILLISECONDS)
                    .whenComplete((value, late) -> {
                        // A failure of the flight itself arrives here wrapped.
                        if (late instanceof TimeoutException) {
                            fail(failure.get());
                        }
                    });
        }
    }

    /**
     * What a caller got.
     *
     * @param value the result of the flight
     * @param followed whether another caller led it
     */
    public record Arrival<V>(V value, boolean followed) {}

    /**
     * Joins the flight of a key, or leads a new one.
     *
     * @param lead starts the work and sees to it that the flight lands or fails, now or later; runs on the caller's
     *     thread, and what it throws fails the flight
     * @param waitMillis how long this caller waits, ms
     * @throws FullException when it would have to lead and there are too many flights
     * @throws TimeoutException when this caller's time is over
     * @throws ExecutionException when the flight failed
     * @throws InterruptedException when the caller is interrupted
     */
    public Arrival<V> join(String key, Consumer<Flight<V>> lead, long waitMillis)
            throws FullException, TimeoutException, ExecutionException, InterruptedException {
        Flight<V> mine = new Flight<>(this, key);
        Flight<V> other = flights.get(key);
        if (other == null) {
            if (flights.size() >= maxFlights) {
                throw new FullException();
            }
            other = flights.putIfAbsent(key, mine);
        }
        if (other == null) {
            takeOff(mine, lead);
        }
        Flight<V> joined = other == null ? mine : other;
        return new Arrival<>(joined.result.get(waitMillis, TimeUnit.MILLISECONDS), other != null);
    }

    /** How many keys are being fetched. */
    public int size() {
        return flights.size();
    }

    private static <V> void takeOff(Flight<V> flight, Consumer<Flight<V>> lead) {
        try {
            lead.accept(flight);
        } catch (RuntimeException | Error e) {
            flight.fail(e);
        }
    }
}
