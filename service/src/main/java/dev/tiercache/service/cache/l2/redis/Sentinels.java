package dev.tiercache.service.cache.l2.redis;

import dev.tiercache.service.cache.l2.redis.SentinelConnection.Master;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Sentinels of one master: asked in turn who it is, the last good one first; and its own thread listens to one of
 * them for switches, and to the next one when that breaks or is silent.
 *
 * <p>Sentinels learn of a failover one after the other. One that is behind shows an older epoch, and is believed only
 * when a majority is no better: then they were set up anew.
 *
 * <p>While no Sentinel answers at all, a new connection goes to the master that was known last, if that still says it is
 * one. It may be an old master that is cut off together with us: then what is written there is lost, and changes made
 * on the other side are not heard, which makes a value no older than its TTL allows. Against that stand the more likely
 * cases in which only the Sentinels are away, and all instances would compute everything. The first Sentinel that
 * answers again puts it right at once.
 */
final class Sentinels implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Sentinels.class);
    private static final Duration ASK_EVERY = Duration.ofSeconds(1);
    private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(300);
    private static final int MAX_DOUBLINGS = 2;
    private static final int MIN_PAUSE_MILLIS = 100;
    private static final int MAX_PAUSE_MILLIS = 500;

    /** Connects to the Sentinel of this index. */
    @FunctionalInterface
    interface Opener {
        SentinelConnection open(int index, Duration timeout)
                throws TimeoutException, ExecutionException, InterruptedException;
    }

    /** The Sentinel that is listened to. */
    private record Watched(int index, SentinelConnection connection) {}

    private final String name;
    private final int count;
    private final Opener opener;
    private final Runnable moved;
    private final Semaphore switched = new Semaphore(0);
    private final Thread thread;

    private volatile @Nullable Watched watched;
    private volatile int lastGood;
    private volatile boolean closed;
    private volatile boolean silenceSaid;
    /** How many times in a row none answered: a machine that is too slow for the timeout shall connect all the same. */
    private volatile int silences;

    private @Nullable Master known;

    /**
     * Makes one that does not listen yet.
     *
     * @param name of the master
     * @param count how many Sentinels there are
     * @param moved called when another Redis became master; must not block
     */
    Sentinels(String name, int count, Opener opener, Runnable moved) {
        this.name = name;
        this.count = count;
        this.opener = opener;
        this.moved = moved;
        this.thread = Thread.ofPlatform().daemon().name("l2-sentinel").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /**
     * Asks who is master now.
     *
     * @throws ExecutionException when no Sentinel answers and no master was known before, or they know none
     * @throws InterruptedException when the caller is interrupted
     */
    Master master() throws ExecutionException, InterruptedException {
        Answers answers = new Answers();
        Watched connected = watched;
        if (connected != null) {
            answers.ask(connected.connection());
        }
        int first = lastGood;
        for (int i = 0; i < count && !answers.good(); i++) {
            int index = (first + i) % count;
            if (connected != null && connected.index() == index) {
                continue;
            }
            try (SentinelConnection sentinel = opener.open(index, timeout())) {
                if (answers.ask(sentinel)) {
                    lastGood = index;
                }
            } catch (TimeoutException | ExecutionException e) {
                answers.failure = e;
            }
        }
        return answers.decide();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What the Sentinels say to one question. */
    private final class Answers {
        private int given;
        private @Nullable Master best;
        private Exception failure = new IllegalStateException("none is given");

        /** Whether this one knows better than those before. */
        private boolean ask(SentinelConnection sentinel) throws InterruptedException {
            try {
                Master answer = sentinel.master(name);
                given++;
                if (answer != null && (best == null || best.before(answer))) {
                    best = answer;
                    return true;
                }
            } catch (TimeoutException | ExecutionException e) {
                failure = e;
            }
            return false;
        }

        /** Whether there is no need to ask another one. */
        private boolean good() {
            return best != null && upToDate(best);
        }

        private Master decide() throws ExecutionException {
            synchronized (Sentinels.this) {
                silences = given > 0 ? 0 : silences + 1;
                if (best != null && (given > count / 2 || upToDate(best))) {
                    silenceSaid = false;
                    known = best;
                    return best;
                }
                if (given > 0 && best == null) {
                    throw new ExecutionException(
                            new IllegalStateException("the Sentinels know no master called " + name));
                }
                if (known == null) {
                    throw new ExecutionException(
                            new IllegalStateException("no Sentinel answers: " + RedisLink.reason(failure)));
                }
                if (!silenceSaid) {
                    silenceSaid = true;
                    LOG.warn(
                            "event=l2_sentinels_silent answers={} error=\"{}\" effect=\"the last known master {}:{} is tried\"",
                            given,
                            RedisLink.reason(failure),
                            known.host(),
                            known.port());
                }
                return known;
            }
        }
    }

    private Duration timeout() {
        return CONNECT_TIMEOUT.multipliedBy(1L << Math.min(silences, MAX_DOUBLINGS));
    }

    private synchronized boolean upToDate(Master master) {
        return known == null || !master.before(known);
    }

    private void run() {
        for (int i = 0; !closed; i++) {
            int index = i % count;
            try (SentinelConnection sentinel = opener.open(index, timeout())) {
                listen(sentinel, index);
            } catch (TimeoutException | ExecutionException | RuntimeException | Error e) {
                LOG.debug("event=l2_sentinel_lost index={} error=\"{}\"", index, RedisLink.reason(e));
            } catch (InterruptedException e) {
                return;
            } finally {
                watched = null;
            }
            // The next one takes over at once; who went through all of them waits.
            if (index == count - 1 && !pause()) {
                return;
            }
        }
    }

    /** Returns, or throws, when this Sentinel is of no use any more. */
    private void listen(SentinelConnection sentinel, int index)
            throws TimeoutException, ExecutionException, InterruptedException {
        sentinel.onSwitch(switched::release);
        while (!closed && sentinel.isOpen()) {
            switched.drainPermits();
            // Also right after subscribing, for what was not heard before; and as its sign of life.
            Master master = sentinel.master(name);
            if (master == null) {
                return;
            }
            watched = new Watched(index, sentinel);
            lastGood = index;
            heard(master);
            var unused = switched.tryAcquire(ASK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void heard(Master master) {
        synchronized (this) {
            Master before = known;
            if (before != null && (master.sameAddress(before) || master.before(before))) {
                if (before.before(master)) {
                    known = master;
                }
                return;
            }
            known = master;
            if (before == null) {
                return;
            }
            LOG.info(
                    "event=l2_master_moved name={} from={}:{} to={}:{} epoch={}",
                    name,
                    before.host(),
                    before.port(),
                    master.host(),
                    master.port(),
                    master.epoch());
        }
        moved.run();
    }

    /** False when it is over. */
    private boolean pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(ThreadLocalRandom.current().nextLong(MIN_PAUSE_MILLIS, MAX_PAUSE_MILLIS));
            return !closed;
        } catch (InterruptedException e) {
            return false;
        }
    }
}
