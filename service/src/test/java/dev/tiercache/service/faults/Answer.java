package dev.tiercache.service.faults;

import dev.tiercache.service.process.KeepAliveClient.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What became of one request.
 *
 * @param node which instance was asked
 * @param intendedNanos when it should have been sent, by {@link System#nanoTime()}: what waits in a queue is late, too
 * @param doneNanos when its answer was complete
 * @param stale whether the answer says that it is older than it should be
 * @param faults all that is wrong with the answer; empty when nothing
 */
record Answer(int node, long intendedNanos, long doneNanos, boolean stale, List<String> faults) {

    private static final long CLOCK_MILLIS = 25;
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final String METADATA = ",\"metadata\":";

    /** Time from the intended start to the end, ns. */
    long latencyNanos() {
        return doneNanos - intendedNanos;
    }

    /** An answer that never came. */
    static Answer lost(int node, long intendedNanos, Exception failure) {
        return new Answer(node, intendedNanos, System.nanoTime(), false, List.of("lost: " + failure));
    }

    /**
     * Examines an answer.
     *
     * @param sentMillis when the request was sent, ms since the epoch
     * @param ttlMillis how old a report may be that is not marked as stale, ms
     */
    static Answer of(
            int node,
            Question question,
            String requestId,
            Reply reply,
            long intendedNanos,
            long sentMillis,
            long ttlMillis) {
        long done = System.nanoTime();
        String body = new String(reply.body(), StandardCharsets.UTF_8);
        List<String> faults = new ArrayList<>();
        int cut = body.lastIndexOf(METADATA);
        if (reply.status() != 200 || cut < 0) {
            faults.add("status " + reply.status() + ": " + body);
            return new Answer(node, intendedNanos, done, false, faults);
        }
        JsonNode metadata = MAPPER.readTree(body.substring(cut + METADATA.length(), body.length() - 1));
        if (!question.isAnsweredBy((body.substring(0, cut) + "}").getBytes(StandardCharsets.UTF_8))) {
            faults.add("not the report of " + question.path() + ": " + body);
        }
        expect(faults, "user_id", question.user(), metadata.path("user_id").asString());
        expect(faults, "request_id", requestId, metadata.path("request_id").asString());
        expect(faults, "Age", metadata.path("age_seconds").asString(), reply.header("age"));
        boolean stale = metadata.path("stale").asBoolean();
        long made = Instant.parse(metadata.path("generated_at").asString()).toEpochMilli();
        if (!stale) {
            // It was too old before it was asked for, by a clock that is not the service's: that goes by the clock of
            // Redis, which it knows but for half a round trip.
            if (sentMillis - made >= ttlMillis + CLOCK_MILLIS) {
                faults.add("made " + (sentMillis - made) + " ms before the request, not stale: " + metadata);
            }
            // And by the service's own account, to which the time of the answer itself may have been added.
            if (metadata.path("age_seconds").asLong() * 1000 > ttlMillis + System.currentTimeMillis() - sentMillis) {
                faults.add("older than its time, not stale: " + metadata);
            }
        }
        return new Answer(node, intendedNanos, done, stale, faults);
    }

    private static void expect(List<String> faults, String what, String expected, String actual) {
        if (!expected.equals(actual)) {
            faults.add(what + " is " + actual + ", expected " + expected);
        }
    }

    /** Answers in the order of their latencies. */
    static long[] latencies(List<Answer> answers) {
        long[] nanos = answers.stream().mapToLong(Answer::latencyNanos).toArray();
        Arrays.sort(nanos);
        return nanos;
    }
}
