package dev.tiercache.service.web;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;

/**
 * The first step of a shutdown: says that this instance is not ready, and goes on serving until the clients have gone.
 *
 * <p>A client with an open connection learns of a shutdown only from an answer that closes the connection; a server that
 * stops without one loses the request that is on its way. So every answer from here on says {@code Connection: close},
 * and the port is closed when there has been no connection for a moment, or after a while when silent ones are left.
 */
public final class Drain implements SmartLifecycle {

    /** Silent connections are waited for so long at most. With the graceful stop after it: 20 s. */
    static final Duration LONGEST = Duration.ofSeconds(5);

    /** New connections still come for a moment, until those who send them have heard. */
    static final Duration QUIET = Duration.ofMillis(500);

    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

    private final ApplicationEventPublisher events;
    private volatile LongSupplier connections = () -> 0;
    private volatile boolean draining;
    private volatile boolean running;

    /** Makes one that tells of the readiness through {@code events}. */
    public Drain(ApplicationEventPublisher events) {
        this.events = events;
    }

    /** Whether a shutdown has begun. */
    public boolean draining() {
        return draining;
    }

    void countConnections(LongSupplier counter) {
        connections = counter;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        draining = true;
        AvailabilityChangeEvent.publish(events, this, ReadinessState.REFUSING_TRAFFIC);
        long begin = System.nanoTime();
        LOG.info("event=drain_begins connections={}", connections.getAsLong());
        try {
            awaitQuiet(begin);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        LOG.info(
                "event=drain_ends connections={} millis={}",
                connections.getAsLong(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
    }

    /** Closing the port resets connections that wait to be accepted: it must have been quiet for a while. */
    private void awaitQuiet(long begin) throws InterruptedException {
        long lastBusy = begin;
        long now = begin;
        while (now - lastBusy < QUIET.toNanos() && now - begin < LONGEST.toNanos()) {
            TimeUnit.MILLISECONDS.sleep(10);
            now = System.nanoTime();
            if (connections.getAsLong() > 0) {
                lastBusy = now;
            }
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Later than all others at the start, earlier than all others (the web server among them) at the stop. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
