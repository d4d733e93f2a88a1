package dev.tiercache.service.cache.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** So many at once, so many waiting, the rest refused. */
class BulkheadTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    void noMoreRunAtOnceThanAllowedAndAllWhoWaitGetTheirTurn() throws Exception {
        Bulkhead bulkhead = new Bulkhead(3, 100, Duration.ofSeconds(10), LONG);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Future<Integer>> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 60; i++) {
                int value = i;
                results.add(threads.submit(() -> bulkhead.run(() -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    Thread.yield();
                    running.decrementAndGet();
                    return value;
                })));
            }
        }
        for (int i = 0; i < 60; i++) {
            assertThat(results.get(i).get()).isEqualTo(i);
        }
        assertThat(most.get()).isBetween(1, 3);
    }

    @Test
    void whoFindsNoRoomToWaitIsRefusedAndAFailureFreesItsPlace() throws Exception {
        Bulkhead bulkhead = new Bulkhead(1, 1, Duration.ofSeconds(10), LONG);
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger started = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Object> failing = threads.submit(() -> bulkhead.run(() -> {
                started.incrementAndGet();
                go.await();
                throw new IllegalStateException("no");
            }));
            await().until(() -> started.get() == 1);
            Future<String> waiting = threads.submit(() -> bulkhead.run(() -> "turn"));
            await().until(() -> bulkhead.waiting() == 1);
            assertThatThrownBy(() -> bulkhead.run(() -> "none")).isInstanceOf(Bulkhead.RejectedException.class);
            go.countDown();
            assertThatThrownBy(failing::get).hasCauseInstanceOf(IllegalStateException.class);
            assertThat(waiting.get()).isEqualTo("turn");
        }
    }

    @Test
    void aTurnThatDoesNotComeInTimeIsRefused() throws Exception {
        Bulkhead bulkhead = new Bulkhead(1, 1, Duration.ofMillis(20), LONG);

        bulkhead.run(() -> {
            assertThatThrownBy(() -> bulkhead.run(() -> "never")).isInstanceOf(Bulkhead.RejectedException.class);
            return "done";
        });
    }

    @Test
    void whatHangsIsInterruptedAndItsPlaceIsFreeAgain() throws Exception {
        Bulkhead bulkhead = new Bulkhead(1, 1, LONG, Duration.ofMillis(50));

        assertThatThrownBy(() -> bulkhead.run(() -> new CountDownLatch(1).await(1, TimeUnit.MINUTES)))
                .isInstanceOf(InterruptedException.class);

        assertThat(bulkhead.run(() -> "next")).isEqualTo("next");
    }
}
