package dev.tiercache.operator.observe;

import dev.tiercache.operator.crd.CacheDeployment;
import dev.tiercache.operator.metrics.OperatorMetrics;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps asking the Redis pods of every CacheDeployment, off the reconcile threads, and wakes the reconciler when an
 * answer differs from the one before.
 *
 * <p>A pod is asked every second until its CacheDeployment is steady, then at the steady interval; a connection that
 * breaks, and an action just carried out, make it asked at once.
 */
public final class RedisWatch extends AbstractEventSource<RedisAnswer, CacheDeployment>
        implements ResourceEventAware<CacheDeployment>, AutoCloseable {
    private static final Duration RESTLESS_INTERVAL = Duration.ofSeconds(1);
    private static final Duration ANSWER_DEADLINE = Duration.ofSeconds(2);
    /** One failure may be ours (a pause, a cold start): a second look decides. */
    private static final int FAILURES_TO_BELIEVE = 2;

    private static final Duration SECOND_LOOK = Duration.ofMillis(250);

    private final RedisConnections connections = new RedisConnections(this::askNow, this::askAllOfTheSame);
    private final Function<RedisTarget, RedisAnswer> question;
    private final ScheduledThreadPoolExecutor timer;
    private final ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor();
    private final OperatorMetrics metrics;
    private final Duration steadyInterval;

    /** Guarded by this. */
    private final Map<String, Watched> byPod = new HashMap<>();

    private final Map<ResourceID, Set<String>> podsOf = new HashMap<>();

    public RedisWatch(Duration steadyInterval, OperatorMetrics metrics) {
        this(steadyInterval, metrics, null);
    }

    /** @param question how a pod is asked, or null for the real way */
    RedisWatch(
            Duration steadyInterval, OperatorMetrics metrics, @Nullable Function<RedisTarget, RedisAnswer> question) {
        super(RedisAnswer.class, "redis");
        this.question = question != null ? question : new RedisProbe(connections, ANSWER_DEADLINE)::ask;
        this.steadyInterval = steadyInterval;
        this.metrics = metrics;
        this.timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("redis-watch").daemon().factory());
        timer.setRemoveOnCancelPolicy(true);
    }

    /** The connections, for whoever carries out an action on the same pods. */
    public RedisConnections connections() {
        return connections;
    }

    /** Asks exactly these pods from now on; unknown ones at once. */
    public synchronized void track(ResourceID owner, Collection<RedisTarget> targets) {
        Set<String> wanted = new HashSet<>();
        for (RedisTarget target : targets) {
            wanted.add(target.podUid());
            Watched known = byPod.get(target.podUid());
            if (known == null) {
                known = new Watched(owner, target);
                byPod.put(target.podUid(), known);
                known.schedule(Duration.ZERO);
            } else if (!known.target.equals(target)) {
                known.target = target;
                known.schedule(Duration.ZERO);
            }
        }
        var before = podsOf.put(owner, wanted);
        if (before != null) {
            before.stream().filter(uid -> !wanted.contains(uid)).forEach(this::drop);
        }
    }

    /** Whether the pods of this CacheDeployment need only be asked at the steady interval. */
    public synchronized void pace(ResourceID owner, boolean steady) {
        for (String uid : podsOf.getOrDefault(owner, Set.of())) {
            Watched watched = byPod.get(uid);
            if (watched != null && watched.steady != steady) {
                watched.steady = steady;
                if (!steady) {
                    watched.schedule(RESTLESS_INTERVAL);
                }
            }
        }
    }

    /** The last answer of a pod. */
    public synchronized RedisAnswer lastAnswer(String podUid) {
        Watched watched = byPod.get(podUid);
        return watched == null ? new RedisAnswer.NotAsked() : watched.answer;
    }

    /** Remembers that a Redis did not take a value that nobody insists on, so that it is not tried for ever. */
    public synchronized void remember(String podUid, String key, String refusedValue) {
        Watched watched = byPod.get(podUid);
        if (watched != null) {
            watched.refused.add(key + " " + refusedValue);
        }
    }

    /**
     * Remembers how a Redis spells the rights of users that were just set: up to version 7.0 it lists them in an order
     * and grouping of its own.
     */
    public void rememberSpelling(String podUid, Collection<RedisUser> set) {
        RedisTarget target = target(podUid);
        if (target == null) {
            return;
        }
        Map<String, RedisUser> users = question.apply(target).users();
        synchronized (this) {
            Watched watched = byPod.get(podUid);
            for (RedisUser user : set) {
                RedisUser listed = users.get(user.name());
                if (watched != null && listed != null) {
                    watched.spelled.put(user.name(), Map.entry(listed.rules(), user.rules()));
                }
            }
        }
    }

    /** Parameters and values, as {@code KEY VALUE}, that a Redis did not take. */
    public synchronized Set<String> refused(String podUid) {
        Watched watched = byPod.get(podUid);
        return watched == null ? Set.of() : Set.copyOf(watched.refused);
    }

    /** Where a watched pod is reached, or null if it is not watched. */
    public synchronized @Nullable RedisTarget target(String podUid) {
        Watched watched = byPod.get(podUid);
        return watched == null ? null : watched.target;
    }

    /** Asks all pods of the CacheDeployment that a pod belongs to without waiting for their turn. */
    private synchronized void askAllOfTheSame(String podUid) {
        Watched watched = byPod.get(podUid);
        if (watched != null) {
            podsOf.getOrDefault(watched.owner, Set.of()).forEach(this::askNow);
        }
    }

    /** Asks a pod without waiting for its turn. */
    public synchronized void askNow(String podUid) {
        Watched watched = byPod.get(podUid);
        if (watched != null) {
            watched.schedule(Duration.ZERO);
        }
    }

    /**
     * Asks a pod now and waits for the answer, no longer than the deadline of 2 s; for the moment after an action, when
     * the last answer is known to be out of date.
     */
    public void refresh(String podUid) {
        RedisTarget target;
        long number;
        synchronized (this) {
            Watched watched = byPod.get(podUid);
            if (watched == null) {
                return;
            }
            target = watched.target;
            number = watched.nextQuestion();
        }
        RedisAnswer fresh = question.apply(target);
        synchronized (this) {
            Watched watched = byPod.get(podUid);
            boolean answered = fresh instanceof RedisAnswer.Answering || fresh instanceof RedisAnswer.Watching;
            if (watched != null && answered && watched.isNewest(number)) {
                watched.answer = watched.asWritten(fresh);
            }
        }
    }

    @Override
    public Set<RedisAnswer> getSecondaryResources(CacheDeployment primary) {
        return Set.of();
    }

    @Override
    public synchronized void onResourceDeleted(CacheDeployment resource) {
        var pods = podsOf.remove(ResourceID.fromResource(resource));
        if (pods != null) {
            pods.forEach(this::drop);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        askers.shutdownNow();
        connections.close();
    }

    private void drop(String podUid) {
        Watched watched = byPod.remove(podUid);
        if (watched != null) {
            watched.cancel();
        }
        connections.forget(podUid);
    }

    private synchronized boolean isWatched(Watched watched) {
        return byPod.get(watched.target.podUid()) == watched;
    }

    /** One pod that is asked again and again; its fields are guarded by the enclosing object. */
    private final class Watched {
        private final ResourceID owner;
        private RedisTarget target;
        private RedisAnswer answer = new RedisAnswer.NotAsked();
        private boolean steady;
        private boolean asking;
        private boolean askAgain;
        private int failures;
        private long questions;
        private long answered;
        private final Set<String> refused = new HashSet<>();
        private final Map<String, Map.Entry<List<String>, List<String>>> spelled = new HashMap<>();
        private @Nullable ScheduledFuture<?> next;

        Watched(ResourceID owner, RedisTarget target) {
            this.owner = owner;
            this.target = target;
        }

        void schedule(Duration delay) {
            if (asking) {
                askAgain |= delay.isZero();
                return;
            }
            cancel();
            if (!timer.isShutdown()) {
                next = timer.schedule(() -> askers.execute(this::ask), delay.toMillis(), TimeUnit.MILLISECONDS);
            }
        }

        /** Numbers the questions in the order in which they are put. */
        long nextQuestion() {
            return ++questions;
        }

        /**
         * Whether no question put later has been answered already. Of two that are on their way at once, the earlier
         * may have seen Redis before an action and the later one after it.
         */
        boolean isNewest(long number) {
            if (number < answered) {
                return false;
            }
            answered = number;
            return true;
        }

        void cancel() {
            if (next != null) {
                next.cancel(false);
                next = null;
            }
        }

        private void ask() {
            RedisTarget asked;
            long number;
            synchronized (RedisWatch.this) {
                if (asking) {
                    return;
                }
                asking = true;
                asked = target;
                number = nextQuestion();
            }
            long start = System.nanoTime();
            RedisAnswer fresh = question.apply(asked);
            metrics.observed(resultOf(fresh), Duration.ofNanos(System.nanoTime() - start));
            boolean changed;
            synchronized (RedisWatch.this) {
                asking = false;
                if (!isWatched(this)) {
                    connections.forget(asked.podUid());
                    return;
                }
                failures = fresh instanceof RedisAnswer.Unreachable ? failures + 1 : 0;
                boolean believed = (failures == 0 || failures >= FAILURES_TO_BELIEVE) && isNewest(number);
                var read = asWritten(fresh);
                changed = believed && !read.equals(answer);
                answer = believed ? read : answer;
                schedule(askAgain ? Duration.ZERO : believed ? pause(fresh) : SECOND_LOOK);
                askAgain = false;
            }
            if (changed) {
                getEventHandler().handleEvent(new Event(owner));
            }
        }

        /** With the rights of users spelled as they were written. */
        private RedisAnswer asWritten(RedisAnswer fresh) {
            return spelled.isEmpty()
                    ? fresh
                    : switch (fresh) {
                        case RedisAnswer.Answering it -> it.withUsers(asWritten(it.users()));
                        case RedisAnswer.Watching it -> it.withUsers(asWritten(it.users()));
                        default -> fresh;
                    };
        }

        private Map<String, RedisUser> asWritten(Map<String, RedisUser> listed) {
            var users = new HashMap<>(listed);
            spelled.forEach((name, spelling) -> users.computeIfPresent(
                    name,
                    (_, user) -> user.rules().equals(spelling.getKey()) ? user.withRules(spelling.getValue()) : user));
            return users;
        }

        private Duration pause(RedisAnswer fresh) {
            boolean answered = fresh instanceof RedisAnswer.Answering || fresh instanceof RedisAnswer.Watching;
            return steady && answered ? steadyInterval : RESTLESS_INTERVAL;
        }

        private static String resultOf(RedisAnswer answer) {
            return switch (answer) {
                case RedisAnswer.NotAsked _ -> "unreachable";
                case RedisAnswer.Unreachable _ -> "unreachable";
                case RedisAnswer.Refused _ -> "refused";
                case RedisAnswer.Answering answering -> answering.loading() ? "loading" : "answering";
                case RedisAnswer.Watching _ -> "answering";
            };
        }
    }
}
