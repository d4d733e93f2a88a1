package dev.tiercache.service.warmup;

import dev.tiercache.service.cache.TieredCache;
import dev.tiercache.service.cache.l2.L2State;
import dev.tiercache.service.cache.l2.L2Status;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;

/**
 * Fills L1 with what other instances read often, before this one says that it is ready: Spring Boot says so when its
 * runners have run. Bounded, for a cold cache is better than none: without Redis it costs a start a second at most, with
 * it two.
 */
final class WarmUp implements ApplicationRunner {

    static final Duration LONGEST_WAIT = Duration.ofSeconds(1);
    static final Duration LONGEST_WARM_UP = Duration.ofSeconds(1);
    static final int MOST = 500;

    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final Duration POLL = Duration.ofMillis(5);

    private final TieredCache cache;

    WarmUp(TieredCache cache) {
        this.cache = cache;
    }

    @Override
    public void run(ApplicationArguments arguments) throws InterruptedException {
        long begin = System.nanoTime();
        String outcome = awaitRedis(begin) ? warmUp() : "skipped";
        LOG.info(
                "event=warm_up outcome={} entries={} redis={} millis={}",
                outcome,
                cache.l1Entries(),
                cache.l2Status().state(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
    }

    /** Whether Redis is up in time. One that refuses is not waited for. */
    private boolean awaitRedis(long begin) throws InterruptedException {
        L2Status status = cache.l2Status();
        while (status.state() != L2State.UP
                && status.lastError().isEmpty()
                && System.nanoTime() - begin < LONGEST_WAIT.toNanos()) {
            TimeUnit.NANOSECONDS.sleep(POLL.toNanos());
            status = cache.l2Status();
        }
        return status.state() == L2State.UP;
    }

    /** On a thread of its own: what takes longer goes on behind the start. */
    private String warmUp() throws InterruptedException {
        CompletableFuture<Integer> work = new CompletableFuture<>();
        Thread.ofVirtual().name("warm-up").start(() -> {
            try {
                work.complete(cache.admin().warmUp(MOST, LONGEST_WARM_UP));
            } catch (RuntimeException e) {
                work.completeExceptionally(e);
            }
        });
        try {
            work.get(LONGEST_WARM_UP.toMillis(), TimeUnit.MILLISECONDS);
            return "done";
        } catch (TimeoutException e) {
            return "late";
        } catch (ExecutionException e) {
            LOG.warn("event=warm_up_failed error=\"{}\"", String.valueOf(e.getCause()));
            return "failed";
        }
    }
}
