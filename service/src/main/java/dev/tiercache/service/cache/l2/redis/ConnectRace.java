package dev.tiercache.service.cache.l2.redis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Connects where an attempt may hang: another one begins beside it before long, so that a server that is back is not
 * kept waiting by an attempt of before. The first that succeeds wins.
 *
 * @param <C> the connection
 */
final class ConnectRace<C> {

    private final Duration stagger;
    private final Duration most;
    private final Consumer<C> unwanted;

    /** Begins to connect. */
    @FunctionalInterface
    interface Attempt<C> {
        CompletableFuture<C> begin() throws ExecutionException, InterruptedException;
    }

    /**
     * Makes one.
     *
     * @param stagger when an attempt that has not failed is joined by another
     * @param most how long all of it takes at most, the last attempt aside
     * @param unwanted given each connection that came too late
     */
    ConnectRace(Duration stagger, Duration most, Consumer<C> unwanted) {
        this.stagger = stagger;
        this.most = most;
        this.unwanted = unwanted;
    }

    /**
     * Runs it.
     *
     * @param abandoned ends it when completed
     * @throws TimeoutException when no attempt came to an end in time
     * @throws ExecutionException when the latest attempt failed, or it was abandoned
     * @throws InterruptedException when the caller is interrupted
     */
    C run(Attempt<C> attempt, CompletableFuture<Void> abandoned)
            throws TimeoutException, ExecutionException, InterruptedException {
        CompletableFuture<C> winner = new CompletableFuture<>();
        long start = System.nanoTime();
        boolean taken = false;
        try {
            while (!abandoned.isDone()) {
                CompletableFuture<C> failed = new CompletableFuture<>();
                var unused = attempt.begin().whenComplete((connection, failure) -> {
                    if (failure != null) {
                        failed.completeExceptionally(failure);
                    } else if (!winner.complete(connection)) {
                        unwanted.accept(connection);
                    }
                });
                try {
                    // Earlier ones that fail are not waited for any more: the latest tells how things are now.
                    var unused2 = CompletableFuture.anyOf(winner, failed, abandoned)
                            .get(stagger.toMillis(), TimeUnit.MILLISECONDS);
                    if (winner.isDone()) {
                        taken = true;
                        return winner.resultNow();
                    }
                } catch (TimeoutException e) {
                    if (System.nanoTime() - start >= most.toNanos()) {
                        throw e;
                    }
                }
            }
            throw new ExecutionException(new IllegalStateException("another master is there"));
        } finally {
            // Whatever comes from now on is unwanted.
            if (!taken && !winner.cancel(false)) {
                unwanted.accept(winner.resultNow());
            }
        }
    }
}
