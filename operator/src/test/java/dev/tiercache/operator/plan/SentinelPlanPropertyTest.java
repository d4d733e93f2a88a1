package dev.tiercache.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.operator.desired.Names;
import dev.tiercache.operator.plan.SetOfPods.Redis;
import dev.tiercache.operator.plan.SetOfPods.Sentinel;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/**
 * Whatever happens, in whatever order: never two pods carry the master's label, no pod is made master beside another or
 * in place of one that has the data, one pod is restarted at a time, and once it is quiet, everything is as wanted.
 */
class SentinelPlanPropertyTest {
    /** Enough for every guard, failover and restart one after the other. */
    private static final int QUIET = 400;

    /** Longer than Sentinels take to notice something. */
    private static final int STILL = 15;

    private static final int START = 30;

    /** Something that happens, to one of the pods, and how long it is quiet afterwards. */
    record Event(Kind kind, int pod, int quiet, boolean late) {}

    enum Kind {
        NOTHING,
        REDIS_DELETED,
        REDIS_CRASHED,
        REDIS_SILENT,
        VOLUME_LOST,
        REPLICAOF_NO_ONE_BY_HAND,
        SENTINEL_DELETED,
        SENTINEL_SILENT,
        SENTINEL_FORGOT,
        ALL_SENTINELS_FORGOT,
        ALL_SENTINELS_BUT_ONE_FORGOT,
        ALL_REDIS_CRASHED,
        REDIS_TEMPLATE_CHANGED,
        SENTINEL_TEMPLATE_CHANGED,
        SWITCH_TO_ANY,
        SWITCH_TO_POD,
        SWITCH_TO_NOBODY
    }

    @Property(tries = 500)
    void onceItIsQuietEverythingIsAsWanted(
            @ForAll("events") List<Event> events,
            @ForAll @IntRange(min = 2, max = 4) int redises,
            @ForAll boolean durable,
            @ForAll long seed) {
        var cluster = new SimulatedCluster(redises, 3, durable, new Random(seed));
        var operator = new SimulatedOperator(cluster);
        try {
            run(cluster, operator, START, false);
            for (Event event : events) {
                operator.log.add("--- " + event);
                happen(cluster, event);
                run(cluster, operator, event.quiet(), event.late());
            }
            operator.log.add("--- quiet");
            assertSettled(cluster, settle(cluster, operator));
        } catch (AssertionError failure) {
            throw new AssertionError(failure.getMessage() + "\n" + tail(operator.log), failure);
        }
    }

    private static void run(SimulatedCluster cluster, SimulatedOperator operator, int ticks, boolean late) {
        for (int i = 0; i < ticks; i++) {
            cluster.tick();
            operator.step(late && cluster.random.nextBoolean());
        }
    }

    /** The plan once it has had nothing to do for a while, or all the time there is was over. */
    private static Plan settle(SimulatedCluster cluster, SimulatedOperator operator) {
        Plan plan = operator.step(false);
        for (int i = 0, still = 0; i < QUIET && still < STILL; i++) {
            cluster.tick();
            plan = operator.step(false);
            still = plan.settled() ? still + 1 : 0;
        }
        // Sentinels try again for ever where no replica is fit, and a plan that waits for a person says so in between.
        for (int i = 0; i < STILL && plan.held().equals("the Sentinels carry out a failover"); i++) {
            cluster.tick();
            plan = operator.step(false);
        }
        return plan;
    }

    private static void happen(SimulatedCluster cluster, Event event) {
        SetOfPods set = cluster.set;
        Redis redis = set.redises.isEmpty() ? null : set.redises.get(event.pod() % set.redises.size());
        Sentinel sentinel = set.sentinels.isEmpty() ? null : set.sentinels.get(event.pod() % set.sentinels.size());
        switch (event.kind()) {
            case NOTHING -> {}
            case ALL_SENTINELS_FORGOT -> set.sentinels.forEach(Sentinel::forget);
            case ALL_SENTINELS_BUT_ONE_FORGOT -> set.sentinels.stream().skip(1).forEach(Sentinel::forget);
            case ALL_REDIS_CRASHED -> set.redises.forEach(cluster::crash);
            case REDIS_TEMPLATE_CHANGED -> set.redisHash += "+";
            case SENTINEL_TEMPLATE_CHANGED -> set.sentinelHash += "+";
            case SWITCH_TO_ANY -> set.switchover = Wanted.ANY;
            case SWITCH_TO_NOBODY -> set.switchover = "nobody";
            case SWITCH_TO_POD -> set.switchover = "reports-redis-" + event.pod();
            case SENTINEL_DELETED, SENTINEL_SILENT, SENTINEL_FORGOT -> {
                if (sentinel != null) {
                    happen(cluster, event.kind(), sentinel);
                }
            }
            default -> {
                if (redis != null) {
                    happen(cluster, event.kind(), redis);
                }
            }
        }
    }

    private static void happen(SimulatedCluster cluster, Kind kind, Sentinel sentinel) {
        switch (kind) {
            case SENTINEL_DELETED -> cluster.delete(sentinel);
            case SENTINEL_SILENT -> cluster.hang(sentinel, 10);
            default -> {
                sentinel.forget();
                cluster.crash(sentinel);
            }
        }
    }

    private static void happen(SimulatedCluster cluster, Kind kind, Redis redis) {
        switch (kind) {
            case REDIS_DELETED -> cluster.delete(redis);
            case REDIS_CRASHED -> cluster.crash(redis);
            case REDIS_SILENT -> cluster.hang(redis, 10);
            case VOLUME_LOST -> cluster.loseVolume(redis);
            default -> {
                if (redis.speaks()) {
                    redis.master = true;
                    redis.masterHost = "";
                    redis.linkUp = false;
                }
            }
        }
    }

    private static void assertSettled(SimulatedCluster cluster, Plan plan) {
        if (plan.held().contains(Names.ANNOTATION_SWITCHOVER)) {
            return;
        }
        SetOfPods set = cluster.set;
        assertThat(plan.action()).isEqualTo(new Action.None());
        assertThat(plan.held()).isEmpty();
        assertThat(set.switchover).as("the wish is answered").isEmpty();
        var masters = set.redises.stream().filter(pod -> pod.master).toList();
        assertThat(masters).hasSize(1);
        Redis master = masters.getFirst();
        assertThat(master.label).isEqualTo(Names.ROLE_MASTER);
        assertThat(set.redises).hasSize(set.wantedRedises).allSatisfy(pod -> {
            assertThat(pod.hash).isEqualTo(set.redisHash);
            assertThat(pod == master || (pod.linkUp && pod.masterHost.equals(master.address())))
                    .isTrue();
        });
        assertThat(set.sentinels).hasSize(set.wantedSentinels).allSatisfy(sentinel -> {
            assertThat(sentinel.hash).isEqualTo(set.sentinelHash);
            assertThat(sentinel.master).isEqualTo(master.address());
        });
    }

    private static String tail(List<String> log) {
        var last = new StringBuilder();
        String before = "";
        for (String line : log) {
            if (!line.equals(before)) {
                last.append(line).append('\n');
            }
            before = line;
        }
        return last.toString();
    }

    @Provide
    Arbitrary<List<Event>> events() {
        return Combinators.combine(
                        Arbitraries.of(Kind.class),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(0, 15),
                        Arbitraries.of(true, false))
                .as(Event::new)
                .list()
                .ofMaxSize(12);
    }
}
