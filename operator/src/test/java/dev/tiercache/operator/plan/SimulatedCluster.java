package dev.tiercache.operator.plan;

import dev.tiercache.operator.desired.Names;
import dev.tiercache.operator.observe.Observation;
import dev.tiercache.operator.plan.SetOfPods.Node;
import dev.tiercache.operator.plan.SetOfPods.Redis;
import dev.tiercache.operator.plan.SetOfPods.Sentinel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A model of the world that the planner acts on: StatefulSets that make pods anew, start scripts, replication, and
 * Sentinels that fail over, one tick at a time. It is coarse where Redis is fine, and random where Redis is timing: the
 * process tests show that the parts behave as assumed here, this shows that the plan copes with every order of events.
 */
final class SimulatedCluster {
    /** Ticks after which the start script of a Redis gives up and leaves it to the operator. */
    private static final int GUARD = 12;
    /** Ticks without its master's writes that still let a replica become master. */
    private static final int FIT = 8;

    final SetOfPods set;
    final Random random;
    private final Map<Node, Fate> fates = new HashMap<>();
    /** Role labels on volumes, by ordinal of the pod. */
    private final Map<Integer, String> recorded = new TreeMap<>();

    /** Pods that are gone, for what their successors find. */
    private final Map<Integer, Sentinel> memories = new HashMap<>();

    private final Map<Integer, Redis> volumes = new HashMap<>();

    private final SimulatedSentinels watchers;
    private final int redises;
    private final int sentinels;

    /** What becomes of a pod. */
    private static final class Fate {
        /** Ticks until it is deleted; 0: it is not to be. */
        int dying;
        /** Ticks until it answers again. */
        int silent;
        /** Whether its start script has not decided yet, and for how long. */
        boolean starting;

        int waited;
        int linkLost;
    }

    SimulatedCluster(int redises, int sentinels, boolean durable, Random random) {
        this.set = SetOfPods.settled(redises, sentinels);
        this.set.durable = durable;
        this.redises = redises;
        this.sentinels = sentinels;
        this.random = random;
        set.redises.clear();
        set.sentinels.forEach(Sentinel::forget);
        this.watchers = new SimulatedSentinels(this);
    }

    Observation now() {
        set.recordedMaster = recorded.entrySet().stream()
                .filter(volume -> volume.getValue().equals(Names.ROLE_MASTER))
                .filter(volume -> set.redises.stream().anyMatch(pod -> pod.ordinal == volume.getKey()))
                .map(volume -> "reports-redis-" + volume.getKey())
                .findFirst()
                .orElse("");
        return set.now();
    }

    /** Time passes. */
    void tick() {
        replacePods();
        set.redises.forEach(this::start);
        replicate();
        watchers.tick();
    }

    // --- what may happen to it

    /** Deletes a pod; its StatefulSet makes it anew. */
    void delete(Node pod) {
        if (!pod.terminating) {
            pod.terminating = true;
            fate(pod).dying = 1;
        }
    }

    /** The container ends and is started again: the pod, and its label, stay. */
    void crash(Node pod) {
        if (pod instanceof Redis redis) {
            begin(redis);
        }
        hang(pod, 1);
        pod.stop();
    }

    void hang(Node pod, int ticks) {
        pod.answers = false;
        pod.ready = false;
        fate(pod).silent = ticks;
    }

    void loseVolume(Redis pod) {
        pod.hasData = false;
        recorded.remove(pod.ordinal);
        delete(pod);
    }

    void label(Redis pod, String role) {
        pod.label = role;
        if (set.durable) {
            recorded.put(pod.ordinal, role);
        }
    }

    /** SENTINEL MONITOR: it knows nothing but the address. */
    void monitor(Sentinel sentinel, String address) {
        sentinel.forget();
        sentinel.master = address;
        sentinel.settings = SetOfPods.SETTINGS;
        watchers.begin(sentinel);
    }

    /** SENTINEL FAILOVER of a living master, as the operator has it done. */
    @Nullable
    Redis promote(Sentinel by, Redis from) {
        Redis chosen = watchers.best(by, from.address());
        if (chosen != null) {
            watchers.switchTo(chosen, from.address());
            from.follow(chosen.address());
        }
        return chosen;
    }

    /** SENTINEL FAILOVER where a majority sees the master down. */
    void retryFailover(List<Sentinel> asked, int needed) {
        if (asked.stream().anyMatch(sentinel -> sentinel.failover)
                || asked.stream().filter(sentinel -> sentinel.down).count() < needed
                || watchers.giveUp(asked)) {
            return;
        }
        asked.stream()
                .filter(sentinel -> sentinel.down && watchers.best(sentinel, sentinel.master) != null)
                .findFirst()
                .ifPresent(sentinel -> sentinel.failover = true);
    }

    // --- pods

    private void replacePods() {
        for (Node pod : List.<Node>copyOf(all())) {
            Fate fate = fate(pod);
            if (pod.terminating && fate.dying-- <= 0) {
                remove(pod);
            } else if (fate.silent > 0 && --fate.silent == 0) {
                pod.running = true;
                pod.answers = !fate.starting;
                pod.ready = pod.answers;
            }
        }
        for (int i = 0; i < redises; i++) {
            int ordinal = i;
            if (set.redises.stream().noneMatch(pod -> pod.ordinal == ordinal) && random.nextInt(3) > 0) {
                create(ordinal);
            }
        }
        for (int i = 0; i < sentinels; i++) {
            int ordinal = i;
            if (set.sentinels.stream().noneMatch(pod -> pod.ordinal == ordinal) && random.nextInt(3) > 0) {
                var gone = memories.getOrDefault(ordinal, new Sentinel(ordinal));
                gone.incarnation++;
                gone.terminating = false;
                gone.running = true;
                gone.answers = true;
                gone.ready = true;
                gone.hash = set.sentinelHash;
                set.sentinels.add(gone);
                set.sentinels.sort(Comparator.comparingInt(pod -> pod.ordinal));
            }
        }
    }

    private List<Node> all() {
        List<Node> all = new ArrayList<>(set.redises);
        all.addAll(set.sentinels);
        return all;
    }

    private void remove(Node pod) {
        if (pod instanceof Redis redis) {
            volumes.put(redis.ordinal, redis);
            set.redises.remove(redis);
        } else if (pod instanceof Sentinel sentinel) {
            memories.put(sentinel.ordinal, sentinel);
            set.sentinels.remove(sentinel);
        }
        fates.remove(pod);
    }

    private void create(int ordinal) {
        var pod = new Redis(ordinal);
        Redis former = volumes.get(ordinal);
        pod.incarnation = former == null ? 0 : former.incarnation + 1;
        pod.hasData = former != null && former.hasData;
        pod.hash = set.redisHash;
        begin(pod);
        pod.answers = false;
        pod.ready = false;
        set.redises.add(pod);
        set.redises.sort(Comparator.comparingInt(each -> each.ordinal));
    }

    private void begin(Redis pod) {
        pod.hasData = pod.hasData && set.durable;
        pod.startOrphaned();
        pod.loading = false;
        pod.severed = false;
        Fate fate = fate(pod);
        fate.starting = true;
        fate.waited = 0;
        fate.linkLost = FIT;
    }

    /** redis.sh. */
    private void start(Redis pod) {
        Fate fate = fate(pod);
        if (!fate.starting || fate.silent > 0) {
            return;
        }
        int majority = sentinels / 2 + 1;
        long bare =
                watchers.speaking().filter(sentinel -> sentinel.master == null).count();
        String named = watchers.named();
        boolean decided = true;
        if (bare >= majority) {
            pod.startOrphaned();
        } else if (named != null && !named.equals(pod.address())) {
            pod.follow(named);
        } else if (named != null && pod.hasData) {
            pod.master = true;
            pod.masterHost = "";
        } else if (++fate.waited >= GUARD) {
            pod.startOrphaned();
        } else {
            decided = false;
        }
        if (decided) {
            fate.starting = false;
            pod.answers = true;
            pod.ready = true;
        }
    }

    // --- replication

    private void replicate() {
        for (Redis pod : set.redises) {
            Redis master = at(pod.masterHost);
            boolean linked = pod.speaks() && !pod.master && master != null && master.speaks() && master.master;
            pod.severed = !linked && !pod.master && (pod.linkUp || pod.severed);
            pod.linkUp = linked;
            Fate fate = fate(pod);
            fate.linkLost = linked ? 0 : Math.min(FIT, fate.linkLost + 1);
            if (linked && master != null) {
                // Also if that is nothing: a full synchronisation drops what was here.
                pod.hasData = master.hasData;
            }
        }
        for (Redis pod : set.redises) {
            if (pod.master && pod.speaks() && pod.label.equals(Names.ROLE_MASTER)) {
                pod.hasData = true;
            }
        }
    }

    /** Whether a replica has lost its master for too long to become master. */
    boolean isFit(Redis pod) {
        return fate(pod).linkLost < FIT;
    }

    @Nullable
    Redis at(@Nullable String address) {
        return set.redises.stream()
                .filter(pod -> pod.address().equals(address))
                .findFirst()
                .orElse(null);
    }

    private Fate fate(Node pod) {
        return fates.computeIfAbsent(pod, _ -> new Fate());
    }
}
