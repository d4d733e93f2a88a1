package dev.tiercache.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.operator.desired.Names;
import org.junit.jupiter.api.Test;

/** Restarts of mode Sentinel: one pod at a time, the master last, and none while another is away. */
class RestartPlannerTest {
    private final SetOfPods set = SetOfPods.settled();

    @Test
    void replicasAreRestartedFromTheHighestNumberAndTheMasterAfterASwitch() {
        set.redisHash = "new";

        assertRestarted(set.redis(2));
        set.redis(2).hash = "new";
        assertRestarted(set.redis(1));
        set.redis(1).hash = "new";

        assertThat(set.plan().action()).isInstanceOfSatisfying(Action.SwitchMaster.class, change -> {
            assertThat(change.from()).isEqualTo(set.redis(0).ref());
            assertThat(change.replicas()).containsOnlyKeys("10.0.0.1", "10.0.0.2");
            assertThat(change.reason()).contains("it must be restarted");
            assertThat(change.isAsked()).isFalse();
        });
        set.redis(1).serve();
        set.redis(0).follow(set.redis(1));
        set.redis(2).follow(set.redis(1));
        set.sentinels.forEach(pod -> pod.watch(set, set.redis(1)));

        assertRestarted(set.redis(0));
    }

    @Test
    void aMasterIsNotSwitchedByItselfWhereThatIsManual() {
        set.redisHash = "new";
        set.automatic = false;
        set.redis(1).hash = "new";
        set.redis(2).hash = "new";

        assertHeld("reports-redis-0 is the master and must be restarted", Names.ANNOTATION_SWITCHOVER, "Manual");
    }

    @Test
    void restartsWaitForTheNewTemplate() {
        set.redis(2).hash = "old";
        set.redisHash = "new";
        var old = SetOfPods.settled();
        old.redisHash = SetOfPods.HASH;

        assertThat(Planner.next(set.wanted(), old.now()).held())
                .isEqualTo("restarts wait for the new template of the Redis pods");
    }

    @Test
    void noPodIsRestartedBeforeTheOthersHaveTheDataAndAreReady() {
        set.redisHash = "new";

        set.redis(1).linkUp = false;
        assertHeld("reports-redis-2 is not restarted before reports-redis-1 has the master's data and is ready");
        set.redis(1).linkUp = true;
        set.redis(1).hash = "new";
        set.redis(1).ready = false;
        assertHeld("reports-redis-2 is not restarted before reports-redis-1 has the master's data and is ready");
    }

    @Test
    void noPodIsRestartedWhileOneDoesNotExist() {
        set.redisHash = "new";
        set.redises.remove(set.redis(2));

        assertHeld("reports-redis-1 is not restarted before all Redis pods are there");
    }

    @Test
    void noPodIsRestartedWhileTheMasterIsBeingDeleted() {
        set.redisHash = "new";
        set.redis(0).terminating = true;

        assertThat(set.plan().action()).isEqualTo(new Action.None());
        assertThat(set.plan().held()).contains("is not restarted before reports-redis-0");
    }

    @Test
    void aPodThatIsNotReadyIsRestartedFirst() {
        set.redisHash = "new";
        set.redis(1).ready = false;

        assertRestarted(set.redis(1));
    }

    @Test
    void sentinelsAreRestartedOneAtATimeAndBeforeRedis() {
        set.redisHash = "new";
        set.sentinelHash = "new";

        assertRestarted(set.sentinel(2));
        set.sentinel(2).hash = "new";
        set.sentinel(2).terminating = true;
        assertHeld("reports-sentinel-1 is not restarted before reports-sentinel-2 reaches a quorum");
        set.sentinel(2).terminating = false;
        set.sentinel(2).ready = false;
        assertHeld("reports-sentinel-1 is not restarted before reports-sentinel-2 reaches a quorum");
        set.sentinel(2).ready = true;
        set.sentinel(2).quorate = false;
        assertHeld("reports-sentinel-1 is not restarted before reports-sentinel-2 reaches a quorum");
        set.sentinel(2).quorate = true;
        assertRestarted(set.sentinel(1));
        set.sentinel(1).hash = "new";
        assertRestarted(set.sentinel(0));
        set.sentinel(0).hash = "new";
        assertRestarted(set.redis(2));
    }

    @Test
    void aSentinelThatIsNotReadyIsRestartedFirst() {
        set.sentinelHash = "new";
        set.sentinel(0).ready = false;

        assertRestarted(set.sentinel(0));
    }

    @Test
    void noSentinelIsRestartedWhileItSeesTheMasterDown() {
        set.sentinelHash = "new";
        set.sentinel(1).down = true;

        assertThat(set.plan().action()).isEqualTo(new Action.None());
    }

    @Test
    void noSentinelIsRestartedWhileOneDoesNotExist() {
        set.sentinelHash = "new";
        set.sentinels.removeLast();

        assertHeld("reports-sentinel-1 is not restarted before all Sentinel pods are there");
    }

    @Test
    void noSentinelIsRestartedWhileARedisPodIsBeingReplaced() {
        set.sentinelHash = "new";
        String why = "reports-sentinel-2 is not restarted before reports-redis-2 has the master's data and is ready";

        set.redis(2).hash = "old";
        set.redis(2).terminating = true;
        assertHeld(why);
        set.redis(2).hash = SetOfPods.HASH;
        set.redis(2).terminating = false;
        set.redis(2).stop();
        assertHeld(why);
    }

    @Test
    void noRedisIsRestartedWhileASentinelIsAway() {
        set.redisHash = "new";
        set.sentinel(2).stop();

        assertHeld("reports-redis-2 is not restarted before all Sentinels reach a quorum");
        set.sentinels.removeLast();
        assertHeld("reports-redis-2 is not restarted before all Sentinels reach a quorum");
    }

    // --- pods that cannot start

    @Test
    void podsOfAnotherTemplateThatNeverRanAreReplacedWithoutAMaster() {
        set.redises.forEach(SetOfPods.Redis::stop);
        set.sentinels.forEach(SetOfPods.Sentinel::stop);
        set.redisHash = "new";
        set.sentinelHash = "new";

        assertThat(set.plan().action()).isInstanceOf(Action.RestartPod.class);
        set.redises.forEach(pod -> pod.hash = "new");
        assertRestarted(set.sentinel(0));
        set.sentinels.forEach(pod -> pod.hash = "new");
        assertThat(set.plan().action()).isEqualTo(new Action.None());
    }

    @Test
    void aPodThatRunsIsNotReplacedWithoutAMaster() {
        set.redises.forEach(pod -> pod.answers = false);
        set.redisHash = "new";

        assertThat(set.plan().action()).isEqualTo(new Action.None());
    }

    @Test
    void aPodThatDoesNotRunIsNotReplacedBeforeItsTemplateIsNew() {
        set.redis(2).hash = "old";
        set.redis(2).stop();
        set.redisHash = "new";
        var old = SetOfPods.settled();

        assertThat(Planner.next(set.wanted(), old.now()).action()).isEqualTo(new Action.None());
    }

    private void assertRestarted(SetOfPods.Node pod) {
        assertThat(set.plan().action()).isEqualTo(new Action.RestartPod(pod.ref(), PodPlanner.TEMPLATE_CHANGED));
    }

    private void assertHeld(String... why) {
        assertThat(set.plan().action()).isEqualTo(new Action.None());
        assertThat(set.plan().held()).contains(why);
    }
}
