package dev.tiercache.service.cache.l2.redis;

import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.cache.l2.L2Status;
import dev.tiercache.service.cache.metrics.CacheMeters;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one good connection to Redis: its single thread connects, arms invalidations, probes, watches, and starts again
 * when the connection breaks. Requests only ever see a session that went through all of that, or none.
 *
 * <pre>
 * CONNECTING ──► RESYNC ──► UP ──broken──► OPEN ──► RESYNC ──► UP …
 *      connect, log in, be a master, three answers in time, a read, CLIENT TRACKING, all purges,
 *      what L1 holds confirmed, next epoch
 * </pre>
 *
 * Broken means: disconnected, five commands in a row without an answer for five times their time, two heartbeats missed,
 * a master that became a replica, another master by Sentinel's word, or other certificates to trust.
 * A heartbeat asks for the role, and for the time, which is how the instances agree on it.
 */
final class RedisLink implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final int MAX_MISSED_HEARTBEATS = 2;

    private final RedisConnector connector;
    private final CacheMeters meters;
    private final L2.Listener listener;
    private final RedisPurges purges;
    private final Upkeep upkeep;
    private final Reopened reopened;
    private final Runnable beat;
    private final LinkStatus status;
    private final Backoff backoff = new Backoff();
    private final Semaphore wake = new Semaphore(0);
    private final Thread thread;

    private volatile String keyPrefix;
    private volatile @Nullable RedisSession session;
    private volatile @Nullable Attempt attempt;
    private volatile long epoch;
    /** The last epoch that was begun or prepared for; used by the link's thread only. */
    private long lastEpoch;

    private volatile boolean loginChanged;
    private volatile boolean closed;

    /** Told of a session that is ready, before requests may use it. */
    interface Reopened {
        /** @param epoch the one that begins with it, if nothing breaks before */
        void with(RedisSession session, long epoch);
    }

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
            Upkeep upkeep,
            String keyPrefix,
            Reopened reopened,
            Runnable beat) {
        this.connector = connector;
        this.meters = meters;
        this.listener = listener;
        this.purges = purges;
        this.upkeep = upkeep;
        this.reopened = reopened;
        this.beat = beat;
        this.keyPrefix = keyPrefix;
        this.status = new LinkStatus(meters);
        this.thread = Thread.ofPlatform().daemon().name("l2-link").unstarted(this::run);
    }

    void start() {
        connector.start(this::masterMoved);
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
        return status.current();
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

    /** Another Redis is the master: whatever is under way with the old one is of no use. Called on any thread. */
    private void masterMoved() {
        backoff.skip();
        Attempt current = attempt;
        if (current != null) {
            current.abandon();
        }
    }

    @Override
    public void close() {
        closed = true;
        status.quiet();
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connector.close();
    }

    private void run() {
        while (!closed) {
            Attempt next = new Attempt();
            attempt = next;
            try (RedisSession fresh = next.open()) {
                long up = System.nanoTime();
                watchOver(fresh, next);
                backoff.held(System.nanoTime() - up);
            } catch (TimeoutException e) {
                failed("no answer in time");
            } catch (ExecutionException e) {
                failed(reason(e));
            } catch (InterruptedException e) {
                down("interrupted");
                closed = true;
            } catch (RuntimeException | Error e) {
                // Nobody else connects: this thread goes on whatever happens to it.
                failed(reason(e));
            }
            pause();
        }
    }

    /** One connection under way, and whether it has broken since. */
    private final class Attempt {
        private final CompletableFuture<Void> abandoned = new CompletableFuture<>();
        private volatile boolean broken;
        private volatile @Nullable RedisSession mine;

        /** Connects and does all that has to be done before requests may use it. */
        private RedisSession open() throws TimeoutException, ExecutionException, InterruptedException {
            RedisSession fresh = connector.open(new Told(), this::broken, abandoned);
            try {
                mine = fresh;
                if (abandoned.isDone()) {
                    throw new ExecutionException(new IllegalStateException("another master is there"));
                }
                status.resync();
                String role = upkeep.prepare(fresh, keyPrefix);
                // Whatever L1 holds from before may have missed its invalidation: a new epoch, then requests.
                long next = ++lastEpoch;
                reopened.with(fresh, next);
                epoch = next;
                session = fresh;
                if (broken || abandoned.isDone() || !fresh.open()) {
                    session = null;
                    throw new ExecutionException(new IllegalStateException("disconnected at once"));
                }
                meters.reconnected();
                status.up(role, epoch);
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

        /** Called on any thread: ends it also while it waits for an answer. */
        private void abandon() {
            abandoned.complete(null);
            broken();
            RedisSession current = mine;
            if (current != null) {
                current.abort();
            }
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

    /** Returns when the session is of no use any more. */
    private void watchOver(RedisSession fresh, Attempt mine)
            throws InterruptedException, ExecutionException, TimeoutException {
        int missed = 0;
        while (!closed && !mine.broken) {
            wake.tryAcquire(HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS);
            wake.drainPermits();
            if (closed || mine.broken) {
                break;
            }
            if (!upkeep.armedPrefix().equals(keyPrefix)) {
                upkeep.rearm(fresh, keyPrefix);
                epoch = ++lastEpoch;
            }
            if (loginChanged) {
                loginChanged = false;
                relogin(fresh);
            }
            if (connector.trustChanged()) {
                LOG.info("event=l2_trust_changed effect=\"a new connection\"");
                backoff.skip();
                break;
            }
            try {
                upkeep.beat(fresh);
                missed = 0;
                beat.run();
            } catch (TimeoutException e) {
                missed++;
                if (missed >= MAX_MISSED_HEARTBEATS) {
                    mine.broken();
                }
            }
        }
        mine.broken();
        down(closed ? "closed" : "connection lost");
    }

    /** A connection that is logged in stays so with the old password: failing here costs nothing yet. */
    private void relogin(RedisSession fresh) throws TimeoutException, InterruptedException {
        try {
            fresh.login(connector.credentials(), Upkeep.COMMAND_TIMEOUT);
            LOG.info("event=l2_login_renewed");
        } catch (ExecutionException e) {
            LOG.warn("event=l2_login_refused error=\"{}\" effect=\"the present connection stays\"", reason(e));
        }
    }

    private void failed(String why) {
        backoff.failed();
        down(why);
    }

    private void down(String why) {
        session = null;
        status.down(why, epoch > 0);
    }

    private void pause() {
        if (closed) {
            return;
        }
        try {
            backoff.pause();
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
