package dev.tiercache.service.cache.l2.redis;

import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.cache.l2.L2State;
import dev.tiercache.service.cache.l2.L2Status;
import dev.tiercache.service.cache.metrics.CacheMeters;
import dev.tiercache.service.cache.metrics.CacheMeters.Operation;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one good connection to Redis: its single thread connects, arms invalidations, probes, watches, and starts again
 * when the connection breaks. Requests only ever see a session that went through all of that, or none.
 *
 * <pre>
 * CONNECTING ──► RESYNC ──► UP ──broken──► OPEN ──► RESYNC ──► UP …
 *      connect, log in, CLIENT TRACKING, be a master, three answers in time, a read, all purges, next epoch
 * </pre>
 *
 * Broken means: disconnected, five commands in a row without an answer for five times their time, two heartbeats missed,
 * or a master that became a replica. A heartbeat asks for the time, which is how the instances agree on it.
 */
final class RedisLink implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);
    private static final Duration COMMAND_TIMEOUT = Duration.ofMillis(500);
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final int MAX_MISSED_HEARTBEATS = 2;
    private static final int PROBES = 3;
    private static final long MAX_CLOCK_ROUND_TRIP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long MIN_PAUSE_MILLIS = 50;
    private static final long MAX_PAUSE_MILLIS = 750;

    /** A connection that held so long ends a series of failures. */
    private static final long STEADY_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final RedisConnector connector;
    private final CacheMeters meters;
    private final L2.Listener listener;
    private final RedisPurges purges;
    private final TierClock clock;
    private final Supplier<Duration> commandTimeout;
    private final Runnable beat;
    private final Semaphore wake = new Semaphore(0);
    private final Thread thread;

    private volatile String keyPrefix;
    private volatile @Nullable RedisSession session;
    private volatile long epoch;
    private volatile L2Status status = new L2Status(L2State.CONNECTING, Instant.now(), "", false, "");
    private volatile boolean loginChanged;
    private volatile boolean closed;
    private String armedPrefix = "";

    /**
     * Makes one that does not connect yet.
     *
     * @param beat called when the link is up, and every second as long as it is; must not block
     */
    RedisLink(
            RedisConnector connector,
            CacheMeters meters,
            L2.Listener listener,
            RedisPurges purges,
            TierClock clock,
            String keyPrefix,
            Supplier<Duration> commandTimeout,
            Runnable beat) {
        this.connector = connector;
        this.meters = meters;
        this.listener = listener;
        this.purges = purges;
        this.clock = clock;
        this.beat = beat;
        this.keyPrefix = keyPrefix;
        this.commandTimeout = commandTimeout;
        this.thread = Thread.ofPlatform().daemon().name("l2-link").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** The session to use now; null while the link is not up. */
    @Nullable
    RedisSession session() {
        return session;
    }

    String keyPrefix() {
        return keyPrefix;
    }

    long epoch() {
        return epoch;
    }

    L2Status status() {
        return status;
    }

    /** Watches another prefix. Until that is armed, entries made meanwhile belong to an epoch that ends with it. */
    void watch(String prefix) {
        keyPrefix = prefix;
        wake.release();
    }

    /** Says that a purge waits to be published. */
    void purgePending() {
        wake.release();
    }

    /** Says that the login may have changed: it is used on the present connection, too. */
    void loginChanged() {
        loginChanged = true;
        wake.release();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connector.close();
    }

    private void run() {
        int failures = 0;
        while (!closed) {
            Attempt attempt = new Attempt();
            try (RedisSession fresh = attempt.open()) {
                long up = System.nanoTime();
                watchOver(fresh, attempt);
                failures = System.nanoTime() - up >= STEADY_NANOS ? 0 : failures + 1;
            } catch (TimeoutException e) {
                failures++;
                down("no answer in time");
            } catch (ExecutionException e) {
                failures++;
                down(reason(e));
            } catch (InterruptedException e) {
                down("interrupted");
                closed = true;
            } catch (RuntimeException | Error e) {
                // Nobody else connects: this thread goes on whatever happens to it.
                failures++;
                down(reason(e));
            }
            pause(failures);
        }
    }

    /** One connection under way, and whether it has broken since. */
    private final class Attempt {
        private volatile boolean broken;
        private volatile @Nullable RedisSession mine;

        /** Connects and does all that has to be done before requests may use it. */
        private RedisSession open() throws TimeoutException, ExecutionException, InterruptedException {
            RedisSession fresh = connector.open(new Told(), this::broken);
            try {
                mine = fresh;
                become(L2State.RESYNC, status.role(), false, status.lastError());
                arm(fresh);
                String role = fresh.role(COMMAND_TIMEOUT);
                if (!role.isEmpty() && !role.equals("master")) {
                    throw new ExecutionException(new IllegalStateException("is a " + role + ", not a master"));
                }
                fresh.explore(COMMAND_TIMEOUT);
                for (int i = 0; i < PROBES; i++) {
                    heartbeat(fresh, commandTimeout.get());
                }
                mayRead(fresh);
                purges.resync(fresh, armedPrefix);
                // Whatever L1 holds from before may have missed its invalidation: a new epoch, then requests.
                epoch++;
                session = fresh;
                if (broken || !fresh.open()) {
                    session = null;
                    throw new ExecutionException(new IllegalStateException("disconnected at once"));
                }
                meters.reconnected();
                become(L2State.UP, role, true, "");
                beat.run();
                return fresh;
            } catch (TimeoutException | ExecutionException | InterruptedException | RuntimeException | Error e) {
                fresh.close();
                throw e;
            }
        }

        /** Called on any thread: from now on no request waits for this connection. */
        private void broken() {
            broken = true;
            RedisSession current = session;
            if (current != null && current == mine) {
                session = null;
            }
            wake.release();
        }
    }

    /** Redis tells of values, which the engine knows, and of purges, which have to be read. */
    private final class Told implements RedisConnector.Invalidations {
        @Override
        public void key(String key) {
            if (KeyNames.isPurges(key)) {
                purges.changed();
                wake.release();
            } else {
                listener.key(key);
            }
        }

        @Override
        public void all() {
            listener.all();
        }
    }

    /** A user without rights under the prefix logs in and pings all right: such a Redis is of no use. */
    private void mayRead(RedisSession fresh) throws TimeoutException, ExecutionException, InterruptedException {
        try {
            // No value has the bare prefix as its key.
            byte @Nullable [] unused =
                    fresh.ask(Operation.GET, commandTimeout.get(), commands -> commands.get(armedPrefix));
        } catch (ExecutionException e) {
            if (!RedisSession.isError(e.getCause(), "WRONGTYPE")) {
                throw e;
            }
        }
    }

    private void arm(RedisSession fresh) throws TimeoutException, ExecutionException, InterruptedException {
        String prefix = keyPrefix;
        String purgesKey = KeyNames.purges(prefix);
        // Redis refuses prefixes that overlap: a short one that meets the purges, too, is enough.
        fresh.track(
                purgesKey.startsWith(prefix) ? new String[] {prefix} : new String[] {prefix, purgesKey},
                COMMAND_TIMEOUT);
        armedPrefix = prefix;
    }

    /** Asks for a sign of life, and passes on what Redis' clock shows where the way there was short enough to know. */
    private void heartbeat(RedisSession fresh, Duration timeout)
            throws TimeoutException, ExecutionException, InterruptedException {
        long sent = System.nanoTime();
        long micros = fresh.heartbeat(timeout);
        long roundTrip = System.nanoTime() - sent;
        if (micros > 0 && roundTrip <= MAX_CLOCK_ROUND_TRIP_NANOS) {
            long millis = (micros + roundTrip / 2_000) / 1_000;
            clock.heard(millis);
            listener.clock(millis);
        }
    }

    /** Returns when the session is of no use any more. */
    private void watchOver(RedisSession fresh, Attempt attempt)
            throws InterruptedException, ExecutionException, TimeoutException {
        int missed = 0;
        while (!closed && !attempt.broken) {
            wake.tryAcquire(HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS);
            wake.drainPermits();
            if (closed || attempt.broken) {
                break;
            }
            if (!armedPrefix.equals(keyPrefix)) {
                arm(fresh);
                purges.resync(fresh, armedPrefix);
                epoch++;
            }
            if (loginChanged) {
                loginChanged = false;
                relogin(fresh);
            }
            try {
                heartbeat(fresh, COMMAND_TIMEOUT);
                missed = 0;
                purges.upkeep(fresh, armedPrefix);
                beat.run();
            } catch (TimeoutException e) {
                missed++;
                if (missed >= MAX_MISSED_HEARTBEATS) {
                    attempt.broken();
                }
            }
        }
        attempt.broken();
        down(closed ? "closed" : "connection lost");
    }

    /** A connection that is logged in stays so with the old password: failing here costs nothing yet. */
    private void relogin(RedisSession fresh) throws TimeoutException, InterruptedException {
        try {
            fresh.login(connector.credentials(), COMMAND_TIMEOUT);
            LOG.info("event=l2_login_renewed");
        } catch (ExecutionException e) {
            LOG.warn("event=l2_login_refused error=\"{}\" effect=\"the present connection stays\"", reason(e));
        }
    }

    private void down(String why) {
        session = null;
        L2State state = status.state() == L2State.CONNECTING || epoch == 0 ? L2State.CONNECTING : L2State.OPEN;
        become(state, "", false, why);
    }

    private void become(L2State state, String role, boolean tracking, String error) {
        L2Status before = status;
        boolean moved = before.state() != state;
        status = new L2Status(state, moved ? Instant.now() : before.since(), role, tracking, error);
        if (moved) {
            meters.l2Became(state);
        }
        // An attempt that fails like the one before is no news, and neither is the end of the service.
        boolean news = state == L2State.UP ? moved : !closed && !error.isEmpty() && !error.equals(before.lastError());
        if (news && state == L2State.UP) {
            LOG.info("event=l2_up epoch={} role={}", epoch, role);
        } else if (news) {
            LOG.warn("event=l2_down state={} error=\"{}\"", state, error);
        }
    }

    private void pause(int failures) {
        if (closed) {
            return;
        }
        long cap = Math.min(MAX_PAUSE_MILLIS, MIN_PAUSE_MILLIS << Math.min(failures + 1, 5));
        try {
            // Full jitter: a hundred instances do not come back in one instant.
            TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(MIN_PAUSE_MILLIS, cap + 1));
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    /** The innermost message, which is what Redis or the network said; neither carries the password. */
    static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        return (message == null ? cause.getClass().getSimpleName() : message)
                .lines()
                .findFirst()
                .orElse("")
                .replace('"', '\'');
    }
}
