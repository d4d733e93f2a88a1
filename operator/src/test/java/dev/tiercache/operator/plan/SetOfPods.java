package dev.tiercache.operator.plan;

import dev.tiercache.operator.desired.Names;
import dev.tiercache.operator.observe.Observation;
import dev.tiercache.operator.observe.PodView;
import dev.tiercache.operator.observe.RedisAnswer;
import dev.tiercache.operator.observe.RedisUser;
import dev.tiercache.operator.observe.Resources;
import dev.tiercache.operator.observe.WorkloadView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Redis and Sentinel pods of mode Sentinel, of which everything is as wanted until a test disturbs it. */
public final class SetOfPods {
    /** What pods are made from as long as no test says otherwise. */
    public static final String HASH = "hash";

    public static final Map<String, String> SETTINGS = Map.of(
            "quorum", "2", "down-after-milliseconds", "5000", "failover-timeout", "15000", "parallel-syncs", "1");

    public final List<Redis> redises = new ArrayList<>();
    public final List<Sentinel> sentinels = new ArrayList<>();
    /** Redis and Sentinel pods that there shall be. */
    public int wantedRedises;

    public int wantedSentinels;
    public String redisHash = HASH;
    public String sentinelHash = HASH;
    public boolean durable = true;
    public boolean automatic = true;
    public String switchover = "";
    public String recordedMaster = "";
    /** Replicas in the spec of the StatefulSet of Redis. */
    public int redisSetSize;

    private SetOfPods() {}

    /** The first Redis is master, the others follow it, and all Sentinels name it. */
    public static SetOfPods settled(int redises, int sentinels) {
        var set = new SetOfPods();
        set.wantedRedises = redises;
        set.redisSetSize = redises;
        set.wantedSentinels = sentinels;
        for (int i = 0; i < redises; i++) {
            set.redises.add(new Redis(i));
        }
        for (int i = 0; i < sentinels; i++) {
            set.sentinels.add(new Sentinel(i));
        }
        set.redis(0).serve();
        set.redises.stream().skip(1).forEach(pod -> pod.follow(set.redis(0)));
        set.sentinels.forEach(pod -> pod.watch(set, set.redis(0)));
        return set;
    }

    /** Three of each. */
    public static SetOfPods settled() {
        return settled(3, 3);
    }

    /** As pods are when they have just been made for the first time: nobody is master, and nobody holds data. */
    public static SetOfPods new3And3() {
        var set = settled();
        set.redises.forEach(Redis::startEmpty);
        set.redises.forEach(pod -> pod.label = "");
        set.sentinels.forEach(Sentinel::forget);
        return set;
    }

    public Redis redis(int ordinal) {
        return redises.stream()
                .filter(pod -> pod.ordinal == ordinal)
                .findFirst()
                .orElseThrow();
    }

    public Sentinel sentinel(int ordinal) {
        return sentinels.get(ordinal);
    }

    public Topology topology() {
        return new Topology(
                "ns-reports",
                wantedRedises,
                wantedSentinels,
                SETTINGS,
                List.of(PlanFixtures.CLIENT),
                new Topology.Password("sentinel-secret"),
                sentinelHash,
                durable,
                automatic);
    }

    public Wanted wanted() {
        return new Wanted(
                redisHash,
                Map.of("maxmemory", "100", "replica-priority", "100"),
                Map.of(),
                Map.of(),
                List.of(PlanFixtures.CLIENT),
                PlanFixtures.resources(832),
                "",
                topology(),
                switchover);
    }

    private int connectedTo(Redis master) {
        return (int) redises.stream()
                .filter(pod -> pod.speaks() && pod.masterHost.equals(master.address()))
                .count();
    }

    public Observation now() {
        Map<String, RedisAnswer> answers = new HashMap<>();
        Map<String, String> addresses = new HashMap<>();
        redises.forEach(pod -> {
            addresses.put(pod.name(), pod.address());
            answers.put(pod.uid(), pod.asked ? pod.answer(connectedTo(pod)) : new RedisAnswer.NotAsked());
        });
        sentinels.forEach(pod -> {
            addresses.put(pod.name(), pod.address());
            answers.put(pod.uid(), pod.asked ? pod.answer() : new RedisAnswer.NotAsked());
        });
        int redisReady = (int) redises.stream().filter(pod -> pod.ready).count();
        return new Observation(
                new WorkloadView("reports-redis", redisSetSize, redises.size(), redisReady, true, "", redisHash),
                redises.stream().map(Redis::view).toList(),
                answers,
                Set.of(),
                null,
                List.of(),
                true,
                new WorkloadView(
                        "reports-sentinel",
                        wantedSentinels,
                        sentinels.size(),
                        sentinels.size(),
                        true,
                        "",
                        sentinelHash),
                sentinels.stream().map(Sentinel::view).toList(),
                addresses,
                recordedMaster);
    }

    public Plan plan() {
        return Planner.next(wanted(), now());
    }

    /** What every pod has. */
    public abstract static class Node {
        public final int ordinal;
        private final String component;
        /** Makes the UID: a successor under the same name has another. */
        public int incarnation;

        public boolean running = true;
        public boolean ready = true;
        public boolean terminating;
        /** Whether it answers; what a pod that does not run is asked is not answered in any case. */
        public boolean answers = true;
        /** Whether the operator has asked it. */
        public boolean asked = true;

        public String hash = HASH;
        public String label = "";
        public String trouble = "";
        public Map<String, RedisUser> users = Map.of(PlanFixtures.CLIENT.name(), PlanFixtures.CLIENT);

        Node(String component, int ordinal) {
            this.component = component;
            this.ordinal = ordinal;
        }

        public String name() {
            return "reports-" + component + "-" + ordinal;
        }

        public String uid() {
            return name() + "/" + incarnation;
        }

        public String address() {
            return (component.equals(Names.COMPONENT_REDIS) ? "10.0.0." : "10.0.1.") + ordinal;
        }

        public Action.PodRef ref() {
            return new Action.PodRef(name(), uid());
        }

        public PodView view() {
            Resources resources =
                    component.equals(Names.COMPONENT_REDIS) ? PlanFixtures.resources(832) : Resources.NONE;
            return new PodView(
                    name(),
                    uid(),
                    "10.1.0.1",
                    true,
                    running,
                    ready && !terminating,
                    terminating,
                    trouble,
                    hash,
                    label,
                    "",
                    resources,
                    resources,
                    "");
        }

        /** Whether it can be asked. */
        public boolean speaks() {
            return running && answers;
        }

        /** Neither runs nor answers. */
        public void stop() {
            running = false;
            ready = false;
        }
    }

    /** A Redis pod. */
    public static final class Redis extends Node {
        public boolean master;
        public String masterHost = "";
        public boolean linkUp;
        public boolean severed;
        public boolean loading;
        public boolean hasData = true;
        public Map<String, String> config = new TreeMap<>(Map.of("maxmemory", "100", "replica-priority", "100"));

        Redis(int ordinal) {
            super(Names.COMPONENT_REDIS, ordinal);
        }

        /** Is master, and labelled so. */
        public void serve() {
            master = true;
            masterHost = "";
            linkUp = false;
            label = Names.ROLE_MASTER;
        }

        /** Follows another and has its data, and is labelled so. */
        public void follow(Redis other) {
            follow(other.address());
            linkUp = true;
            label = Names.ROLE_REPLICA;
        }

        public void follow(String host) {
            master = false;
            masterHost = host;
            linkUp = false;
        }

        /** Waits for the operator. */
        public void startOrphaned() {
            follow(RedisAnswer.Replication.NOBODY);
        }

        /** Waits for the operator, without data. */
        public void startEmpty() {
            startOrphaned();
            hasData = false;
        }

        RedisAnswer answer(int connected) {
            return speaks()
                    ? new RedisAnswer.Answering(
                            master ? "master" : "slave",
                            loading,
                            false,
                            "8.0.2",
                            "",
                            config,
                            users,
                            new RedisAnswer.Replication(masterHost, linkUp, severed, connected, hasData))
                    : new RedisAnswer.Unreachable("Connection refused");
        }
    }

    /** A Sentinel pod. */
    public static final class Sentinel extends Node {
        public @Nullable String master;
        public boolean failover;
        public boolean down;
        public boolean stalled;
        public boolean tilt;
        public boolean hurried;
        public boolean quorate = true;
        public int others;
        public Set<String> replicas = new TreeSet<>();
        public Map<String, String> settings = SETTINGS;

        Sentinel(int ordinal) {
            super(Names.COMPONENT_SENTINEL, ordinal);
        }

        /** Names a master and knows all other pods of the set. */
        public void watch(SetOfPods set, Redis other) {
            master = other.address();
            others = set.sentinels.size() - 1;
            replicas.clear();
            set.redises.stream().filter(pod -> pod != other).forEach(pod -> replicas.add(pod.address()));
        }

        /** Knows of no master. */
        public void forget() {
            master = null;
            others = 0;
            replicas.clear();
            quorate = false;
            settings = Map.of();
        }

        RedisAnswer answer() {
            return speaks()
                    ? new RedisAnswer.Watching(
                            master, failover, down, stalled, replicas, others, settings, hurried, quorate, tilt, users)
                    : new RedisAnswer.Unreachable("Connection refused");
        }
    }
}
