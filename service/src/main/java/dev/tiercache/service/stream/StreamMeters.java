package dev.tiercache.service.stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Counts what happens on the stream, with labels of fixed sets: no user, and no code that a client makes up. */
final class StreamMeters {

    /** What became of a message. */
    enum Message {
        /** It was given to the connection of a client. */
        SENT,
        /** It came from a client. */
        RECEIVED,
        /** A newer one took its place, or there was no room for it: the client reads too slowly. */
        DROPPED
    }

    /** How a computation ended. */
    enum Computation {
        /** There was an update. */
        OK,
        /** The source or the computation failed. */
        ERROR,
        /** Its turn did not come in time. */
        REJECTED
    }

    private static final String OTHER = "other";

    private final Map<Message, Counter> messages = new EnumMap<>(Message.class);
    private final Map<Computation, Timer> computations = new EnumMap<>(Computation.class);
    private final Map<String, Counter> closes;

    StreamMeters(MeterRegistry registry) {
        for (Message message : Message.values()) {
            messages.put(
                    message,
                    Counter.builder("ir.ws.messages")
                            .description("Messages of WebSockets")
                            .tag("event", name(message))
                            .register(registry));
        }
        for (Computation result : Computation.values()) {
            computations.put(
                    result,
                    Timer.builder("ir.ws.computation")
                            .description("Computations of Phase 4 updates, the wait for a turn included")
                            .tag("result", name(result))
                            .register(registry));
        }
        // 1005 and 1006 are what one sees of a client that left without a word.
        closes = Stream.of("1000", "1001", "1003", "1005", "1006", "1009", "1011", "1013", OTHER)
                .collect(Collectors.toUnmodifiableMap(
                        Function.identity(),
                        code -> Counter.builder("ir.ws.closes")
                                .description("Closed WebSockets")
                                .tag("code", code)
                                .register(registry)));
    }

    void count(Message message, int times) {
        counter(message).increment(times);
    }

    void computed(Computation result, Duration time) {
        Objects.requireNonNull(computations.get(result)).record(time);
    }

    /** A socket was closed, by whomever. */
    void closed(int code) {
        String known = Integer.toString(code);
        Objects.requireNonNull(closes.get(closes.containsKey(known) ? known : OTHER))
                .increment();
    }

    /** Messages so far. */
    long total(Message message) {
        return (long) counter(message).count();
    }

    private Counter counter(Message message) {
        return Objects.requireNonNull(messages.get(message));
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
