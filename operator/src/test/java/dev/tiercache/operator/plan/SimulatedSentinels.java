package dev.tiercache.operator.plan;

import dev.tiercache.operator.desired.RedisKeys;
import dev.tiercache.operator.plan.SetOfPods.Node;
import dev.tiercache.operator.plan.SetOfPods.Redis;
import dev.tiercache.operator.plan.SetOfPods.Sentinel;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the Sentinels of a {@link SimulatedCluster} do by themselves. */
final class SimulatedSentinels {
    /** Ticks that a Sentinel waits before it takes a silent master for down. */
    private static final int DOWN_AFTER = 3;
    /** Ticks after a failover without a fit replica until the next. */
    private static final int PAUSE = 4;
    /** Ticks that a failover may take to begin. */
    private static final int STALLED_AFTER = 2;
    /** Ticks that Sentinels wait for one another which stood for election at the same moment. */
    private static final int TIE = 20;
    /** The same, once they were made to give up. */
    private static final int GIVE_UP = 2;

    private final SimulatedCluster cluster;
    private final SetOfPods set;
    private final Map<Sentinel, Integer> epochs = new HashMap<>();
    private final Map<Sentinel, Doubt> doubts = new HashMap<>();
    private int epoch = 1;

    /** Ticks since when a Sentinel does not reach its master, until when it begins no failover, or waits for votes. */
    private static final class Doubt {
        int masterDown;
        int pause;
        int standing;
    }

    SimulatedSentinels(SimulatedCluster cluster) {
        this.cluster = cluster;
        this.set = cluster.set;
    }

    void tick() {
        speaking().forEach(this::watch);
        agree();
        failover();
        repair();
    }

    /** A Sentinel was told of its master anew. */
    void begin(Sentinel sentinel) {
        epochs.put(sentinel, 0);
        doubts.remove(sentinel);
    }

    /** Whether some of them stand for election in vain; they are made to give up. */
    boolean giveUp(List<Sentinel> asked) {
        List<Doubt> standing =
                asked.stream().map(this::doubt).filter(it -> it.standing > 0).toList();
        standing.forEach(it -> it.standing = Math.min(it.standing, GIVE_UP));
        return !standing.isEmpty();
    }

    Stream<Sentinel> speaking() {
        return set.sentinels.stream().filter(Node::speaks);
    }

    @Nullable
    String named() {
        Map<String, Integer> votes = new HashMap<>();
        speaking().forEach(sentinel -> {
            if (sentinel.master != null) {
                votes.merge(sentinel.master, 1, Integer::sum);
            }
        });
        return votes.entrySet().stream()
                .filter(vote -> vote.getValue() > set.wantedSentinels / 2)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    private void watch(Sentinel sentinel) {
        Doubt doubt = doubt(sentinel);
        Redis master = cluster.at(sentinel.master);
        if (sentinel.master == null) {
            sentinel.down = false;
            sentinel.stalled = false;
            sentinel.quorate = false;
            return;
        }
        boolean serves = master != null && master.speaks() && master.master;
        doubt.masterDown = serves ? 0 : doubt.masterDown + 1;
        sentinel.down = doubt.masterDown >= DOWN_AFTER;
        sentinel.stalled = doubt.masterDown >= DOWN_AFTER + STALLED_AFTER && !sentinel.failover;
        long alike =
                speaking().filter(other -> sentinel.master.equals(other.master)).count();
        if (serves) {
            sentinel.others = (int) Math.max(sentinel.others, alike - 1);
            set.redises.stream()
                    .filter(pod -> pod.linkUp && pod.masterHost.equals(sentinel.master))
                    .forEach(pod -> sentinel.replicas.add(pod.address()));
        }
        sentinel.quorate = alike > set.wantedSentinels / 2;
    }

    /** They tell one another: of different opinions the younger holds. */
    private void agree() {
        var youngest = speaking()
                .filter(sentinel -> sentinel.master != null)
                .max(Comparator.comparing(this::epoch))
                .orElse(null);
        if (youngest == null || youngest.master == null) {
            return;
        }
        String address = youngest.master;
        speaking()
                .filter(other -> other.master != null && epoch(other) < epoch(youngest))
                .filter(_ -> cluster.random.nextInt(3) > 0)
                .forEach(other -> adopt(other, address, epoch(youngest)));
    }

    private void adopt(Sentinel sentinel, String address, int itsEpoch) {
        epochs.put(sentinel, itsEpoch);
        if (!address.equals(sentinel.master)) {
            if (sentinel.master != null) {
                sentinel.replicas.add(sentinel.master);
            }
            sentinel.replicas.remove(address);
            sentinel.master = address;
            sentinel.down = false;
            sentinel.stalled = false;
            doubt(sentinel).masterDown = 0;
            doubt(sentinel).standing = 0;
        }
    }

    private void failover() {
        for (Sentinel leader : List.copyOf(set.sentinels)) {
            if (!leader.speaks() || leader.master == null) {
                leader.failover = false;
                continue;
            }
            String address = leader.master;
            if (leader.failover) {
                leader.failover = false;
                Redis chosen = best(leader, address);
                if (chosen == null) {
                    doubt(leader).pause = PAUSE;
                } else {
                    switchTo(chosen, address);
                }
                continue;
            }
            long agreed = speaking()
                    .filter(other -> other.down && address.equals(other.master))
                    .count();
            boolean other = speaking().anyMatch(sentinel -> sentinel.failover);
            if (doubt(leader).standing > 0) {
                doubt(leader).standing--;
                continue;
            }
            if (doubt(leader).pause-- <= 0
                    && agreed > set.wantedSentinels / 2
                    && !other
                    && cluster.random.nextBoolean()) {
                if (cluster.random.nextInt(4) == 0) {
                    speaking().filter(tied -> tied.down).forEach(tied -> doubt(tied).standing = TIE);
                } else {
                    leader.failover = true;
                }
            }
        }
    }

    @Nullable
    Redis best(Sentinel sentinel, @Nullable String address) {
        return set.redises.stream()
                .filter(pod -> pod.speaks() && !pod.terminating && !pod.master)
                .filter(pod -> sentinel.replicas.contains(pod.address()))
                .filter(pod -> pod.masterHost.equals(address) && cluster.isFit(pod))
                .min(Comparator.comparing((Redis pod) -> Integer.parseInt(priority(pod)))
                        .thenComparing(pod -> pod.ordinal))
                .orElse(null);
    }

    void switchTo(Redis chosen, String former) {
        chosen.master = true;
        chosen.masterHost = "";
        chosen.linkUp = false;
        epoch++;
        speaking()
                .filter(sentinel -> former.equals(sentinel.master))
                .forEach(sentinel -> adopt(sentinel, chosen.address(), epoch));
        set.redises.stream()
                .filter(pod -> pod.speaks() && pod.masterHost.equals(former))
                .forEach(pod -> pod.follow(chosen.address()));
    }

    /** A Sentinel whose master is well makes those that it knows as replicas follow it, some time. */
    private void repair() {
        speaking().forEach(sentinel -> {
            Redis master = cluster.at(sentinel.master);
            if (master == null || !master.speaks() || !master.master || cluster.random.nextInt(4) > 0) {
                return;
            }
            set.redises.stream()
                    .filter(pod -> pod.speaks() && sentinel.replicas.contains(pod.address()))
                    .filter(pod -> !pod.masterHost.equals(sentinel.master))
                    .forEach(pod -> pod.follow(master.address()));
        });
    }

    private static String priority(Redis pod) {
        return pod.config.getOrDefault("replica-priority", RedisKeys.PRIORITY);
    }

    private int epoch(Sentinel sentinel) {
        return epochs.getOrDefault(sentinel, 0);
    }

    private Doubt doubt(Sentinel sentinel) {
        return doubts.computeIfAbsent(sentinel, _ -> new Doubt());
    }
}
