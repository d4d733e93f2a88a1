package dev.tiercache.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.operator.observe.RedisAnswer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What becomes of a failover that came to nothing. */
class StalledFailoverTest {

    @Test
    void aFailoverThatCameToNothingIsBegunAnew() {
        var set = stalled();

        assertThat(set.plan().action())
                .isEqualTo(new Action.RetryFailover(
                        set.sentinels.stream().map(SetOfPods.Node::ref).toList(), 2, "ns-reports", SetOfPods.SETTINGS));
    }

    @Test
    void alsoWhereTheMasterIsOnlyCutOffFromTheOthers() {
        var set = stalled();
        set.redis(0).running = true;

        assertThat(set.plan().action()).isInstanceOf(Action.RetryFailover.class);
    }

    @Test
    void itIsLeftToTheSentinels() {
        assertNotRetried("while one carries a failover out", set -> set.sentinel(2).failover = true);
        assertNotRetried("while no majority has waited for long", set -> {
            set.sentinel(0).stalled = false;
            set.sentinel(1).stalled = false;
        });
        assertNotRetried(
                "while no replica had the master's data to the end",
                set -> set.redises.forEach(pod -> {
                    pod.severed = false;
                }));
        assertNotRetried(
                "while those that had are being deleted",
                set -> set.redises.forEach(pod -> {
                    pod.terminating = pod.ordinal != 0;
                }));
        assertNotRetried(
                "while the replicas follow another",
                set -> set.redises.stream().skip(1).forEach(pod -> pod.follow("10.9.9.9")));
        assertNotRetried("while the master is about to return", set -> {
            set.redis(0).running = true;
            set.redis(0).follow(RedisAnswer.Replication.ITSELF);
        });
        assertNotRetried("while the master loads its data", set -> {
            set.redis(0).running = true;
            set.redis(0).loading = true;
        });
    }

    private static void assertNotRetried(String when, Consumer<SetOfPods> change) {
        var set = stalled();
        change.accept(set);
        assertThat(set.plan().action()).as(when).isNotInstanceOf(Action.RetryFailover.class);
    }

    /** The master is gone, its replicas miss it, and all Sentinels have seen it down for a while. */
    private static SetOfPods stalled() {
        var set = SetOfPods.settled();
        set.redis(0).stop();
        set.redises.stream().skip(1).forEach(pod -> {
            pod.linkUp = false;
            pod.severed = true;
        });
        set.sentinels.forEach(pod -> {
            pod.down = true;
            pod.stalled = true;
        });
        return set;
    }
}
