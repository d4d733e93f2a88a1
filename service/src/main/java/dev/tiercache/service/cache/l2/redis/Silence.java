package dev.tiercache.service.cache.l2.redis;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Counts the commands without an answer since the last answer: so many in a row, over so many times the time they had,
 * mean a frozen server, of which TCP alone would not tell for minutes. Both, because one short pause makes any number of
 * concurrent commands late.
 */
final class Silence {

    private static final int MAX_COMMANDS = 5;
    private static final Since NONE = new Since(0, 0);

    private final AtomicReference<Since> since = new AtomicReference<>(NONE);

    private record Since(long nanos, int commands) {
        private Since with(long sentNanos) {
            boolean first = commands == 0 || sentNanos - nanos < 0;
            return new Since(first ? sentNanos : nanos, commands + 1);
        }
    }

    /** There was an answer. */
    void broken() {
        since.setPlain(NONE);
    }

    /**
     * There was none in time.
     *
     * @param sentNanos when the command was sent
     * @param timeout the time it had
     * @return whether the server is frozen, by all that is known
     */
    boolean goesOn(long sentNanos, Duration timeout) {
        Since now = since.updateAndGet(before -> before.with(sentNanos));
        return now.commands() >= MAX_COMMANDS && System.nanoTime() - now.nanos() >= MAX_COMMANDS * timeout.toNanos();
    }
}
