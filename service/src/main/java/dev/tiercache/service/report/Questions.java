package dev.tiercache.service.report;

import dev.tiercache.service.market.MarketDataException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Questions to a source, asked at once, each on a virtual thread of its own and all with one time limit. What is not
 * answered when this is closed is interrupted, and not waited for.
 */
final class Questions implements AutoCloseable {

    private final Duration longest;
    private final long start = System.nanoTime();
    private final List<FutureTask<?>> asked = new ArrayList<>();

    /** The time limit begins now. */
    Questions(Duration longest) {
        this.longest = longest;
    }

    /** One question. */
    interface Question<T> {

        /**
         * Waits for the answer, the second time for nothing.
         *
         * @throws MarketDataException what the source throws, or when it does not answer within the time
         */
        T answer() throws MarketDataException;
    }

    /**
     * Asks one.
     *
     * @param what is asked for, in words, for errors
     */
    <T> Question<T> ask(String what, Callable<T> question) {
        FutureTask<T> task = new FutureTask<>(question);
        asked.add(task);
        Thread.ofVirtual().name("market-question").start(task);
        return () -> answer(what, task);
    }

    private <T> T answer(String what, FutureTask<T> task) throws MarketDataException {
        try {
            return task.get(Math.max(0, longest.toNanos() - (System.nanoTime() - start)), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new MarketDataException(what + " did not come within " + longest.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MarketDataException("interrupted while waiting for " + what, e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case MarketDataException known ->
                    throw new MarketDataException(String.valueOf(known.getMessage()), known);
                case RuntimeException bug -> throw bug;
                case Error error -> throw error;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void close() {
        asked.forEach(task -> task.cancel(true));
    }
}
