package dev.tiercache.service.cache.l2.redis;

import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.cache.metrics.CacheMeters.Operation;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is asked on a connection for its own sake: before requests may use it, and as long as they do. Used by the link's
 * thread only.
 */
final class Upkeep {

    static final Duration COMMAND_TIMEOUT = Duration.ofMillis(500);

    private static final int PROBES = 3;
    private static final int MAX_LATE_PROBES = 10;
    private static final long MAX_CLOCK_ROUND_TRIP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final L2.Listener listener;
    private final RedisPurges purges;
    private final TierClock clock;
    private final Rehearsal rehearsal;
    private final Supplier<Duration> commandTimeout;
    private String armedPrefix = "";

    Upkeep(
            L2.Listener listener,
            RedisPurges purges,
            TierClock clock,
            Rehearsal rehearsal,
            Supplier<Duration> commandTimeout) {
        this.listener = listener;
        this.purges = purges;
        this.clock = clock;
        this.rehearsal = rehearsal;
        this.commandTimeout = commandTimeout;
    }

    /**
     * Does all that has to be done before requests may use it.
     *
     * @return the role that Redis says it has; empty where that may not be asked
     */
    String prepare(RedisSession fresh, String prefix)
            throws TimeoutException, ExecutionException, InterruptedException {
        String role = role(fresh);
        fresh.explore(COMMAND_TIMEOUT);
        probe(fresh);
        mayRead(fresh, prefix);
        rehearsal.once(fresh, prefix, COMMAND_TIMEOUT);
        // As late as may be: what others write from now on leaves L1, and cannot be read again before this is up.
        track(fresh, prefix);
        purges.resync(fresh, armedPrefix);
        return role;
    }

    /** The prefix whose changes are told at present. */
    String armedPrefix() {
        return armedPrefix;
    }

    /** Has changes under another prefix told. */
    void rearm(RedisSession session, String prefix) throws TimeoutException, ExecutionException, InterruptedException {
        track(session, prefix);
        purges.resync(session, armedPrefix);
    }

    /** Does what is due every second, and when something came up. */
    void beat(RedisSession session) throws TimeoutException, ExecutionException, InterruptedException {
        heartbeat(session, COMMAND_TIMEOUT);
        var unused = role(session);
        purges.upkeep(session, armedPrefix);
    }

    /** A replica answers reads all right, and hears of changes late. */
    private static String role(RedisSession session) throws TimeoutException, ExecutionException, InterruptedException {
        String role = session.role(COMMAND_TIMEOUT);
        if (!role.isEmpty() && !role.equals("master")) {
            throw new ExecutionException(new IllegalStateException("is a " + role + ", not a master"));
        }
        return role;
    }

    private void track(RedisSession session, String prefix)
            throws TimeoutException, ExecutionException, InterruptedException {
        String purgesKey = KeyNames.purges(prefix);
        // Redis refuses prefixes that overlap: a short one that meets the purges, too, is enough.
        session.track(
                purgesKey.startsWith(prefix) ? new String[] {prefix} : new String[] {prefix, purgesKey},
                COMMAND_TIMEOUT);
        armedPrefix = prefix;
    }

    /** Three answers in a row that are in time. One that is late costs another three, but not the connection. */
    private void probe(RedisSession fresh) throws TimeoutException, ExecutionException, InterruptedException {
        int late = 0;
        for (int inTime = 0; inTime < PROBES; inTime++) {
            try {
                heartbeat(fresh, commandTimeout.get());
            } catch (TimeoutException e) {
                late++;
                if (late == MAX_LATE_PROBES) {
                    throw e;
                }
                inTime = -1;
            }
        }
    }

    /** A user without rights under the prefix logs in and pings all right: such a Redis is of no use. */
    private static void mayRead(RedisSession fresh, String prefix)
            throws TimeoutException, ExecutionException, InterruptedException {
        try {
            // No value has the bare prefix as its key.
            byte @Nullable [] unused = fresh.ask(Operation.GET, COMMAND_TIMEOUT, commands -> commands.get(prefix));
        } catch (ExecutionException e) {
            if (!RedisSession.isError(e.getCause(), "WRONGTYPE")) {
                throw e;
            }
        }
    }

    /** Asks for a sign of life, and passes on what Redis' clock shows where the way there was short enough to know. */
    private void heartbeat(RedisSession session, Duration timeout)
            throws TimeoutException, ExecutionException, InterruptedException {
        long sent = System.nanoTime();
        long micros = session.heartbeat(timeout);
        long roundTrip = System.nanoTime() - sent;
        if (micros > 0 && roundTrip <= MAX_CLOCK_ROUND_TRIP_NANOS) {
            long millis = (micros + roundTrip / 2_000) / 1_000;
            clock.heard(millis);
            listener.clock(millis);
        }
    }
}
