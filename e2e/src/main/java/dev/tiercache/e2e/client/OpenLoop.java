package dev.tiercache.e2e.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * Starts a request at each instant of a fixed beat, whether or not earlier ones were answered.
 *
 * <p>Connections are kept and opened anew as {@link HttpClient} does for any program: a GET whose kept connection
 * turns out to be closed before a byte of the answer came is sent once more (RFC 9110, 9.2.2). A server that
 * closes a connection in the middle of an answer, refuses one or is not there counts as an error.
 */
final class OpenLoop {

    /** Beyond this many unanswered requests the client, not the server, would be measured. */
    private static final int MAX_IN_FLIGHT = 2000;

    private final LoadPlan plan;
    private final Tally tally;
    private volatile boolean stopped;

    OpenLoop(LoadPlan plan, Tally tally) {
        this.plan = plan;
        this.tally = tally;
    }

    /** Starts no more requests; {@link #run} returns when those under way have ended. */
    void stop() {
        stopped = true;
    }

    /** Sends all requests and waits for their answers: at most the plan's duration and one time-out. */
    void run() {
        Semaphore room = new Semaphore(MAX_IN_FLIGHT);
        Instant startInstant = Instant.now();
        long start = System.nanoTime();
        // close() of the client waits for its exchanges, close() of the executor for our threads.
        try (HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(2))
                        .build();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (long n = 0; !stopped; n++) {
                long offset = n * plan.intervalNanos();
                if (offset >= plan.duration().toNanos()) {
                    return;
                }
                for (long left = start + offset - System.nanoTime(); left > 0; ) {
                    LockSupport.parkNanos(left);
                    left = start + offset - System.nanoTime();
                }
                URI uri = plan.uri(n);
                Instant due = startInstant.plusNanos(offset);
                tally.sent();
                if (room.tryAcquire()) {
                    threads.execute(() -> {
                        send(http, uri, due);
                        room.release();
                    });
                } else {
                    tally.failed(uri, due, "TooManyUnanswered", MAX_IN_FLIGHT + " requests are unanswered");
                }
            }
        }
    }

    private void send(HttpClient http, URI uri, Instant due) {
        HttpRequest request =
                HttpRequest.newBuilder(uri).timeout(plan.timeout()).build();
        try {
            tally.answered(uri, due, http.send(request, BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            tally.failed(uri, due, e.getClass().getSimpleName(), String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            tally.failed(uri, due, "Interrupted", "the run was ended from outside");
        }
    }
}
