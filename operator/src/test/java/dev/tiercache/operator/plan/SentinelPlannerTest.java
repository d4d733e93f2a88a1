package dev.tiercache.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.operator.observe.RedisUser;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The order of mode Sentinel: users, switches that somebody asks for, and fewer pods. Restarts have a test of their own. */
class SentinelPlannerTest {
    private final SetOfPods set = SetOfPods.settled();

    // --- users and parameters

    @Test
    void usersComeBeforeEverythingElse() {
        set.redis(2).users = Map.of();
        set.sentinel(1).users = Map.of();
        set.sentinels.forEach(SetOfPods.Sentinel::forget);

        assertThat(set.plan().action())
                .isEqualTo(new Action.SetUsers(set.redis(2).ref(), List.of(PlanFixtures.CLIENT), true));
        set.redis(2).users = Map.of("default", PlanFixtures.CLIENT);
        assertThat(set.plan().action())
                .isEqualTo(new Action.SetUsers(set.sentinel(1).ref(), List.of(PlanFixtures.CLIENT), true));
        set.sentinel(1).users = Map.of("default", PlanFixtures.CLIENT);
        assertThat(set.plan().action()).isInstanceOf(Action.Monitor.class);
    }

    @Test
    void formerPasswordsAreTakenAwayOnceTheMasterIsSettled() {
        var more = Map.of("default", RedisUser.parse("user default on #aa #bb ~* &* +@all"));
        set.redis(1).users = more;
        set.sentinel(1).users = more;
        set.sentinel(2).forget();

        assertThat(set.plan().action()).isInstanceOf(Action.Monitor.class);
        set.sentinel(2).watch(set, set.redis(0));
        set.sentinel(2).settings = SetOfPods.SETTINGS;
        set.sentinel(2).quorate = true;

        assertThat(set.plan().action())
                .isEqualTo(new Action.SetUsers(set.sentinel(1).ref(), List.of(PlanFixtures.CLIENT), false));
        set.sentinel(1).users = Map.of("default", PlanFixtures.CLIENT);
        assertThat(set.plan().action())
                .isEqualTo(new Action.SetUsers(set.redis(1).ref(), List.of(PlanFixtures.CLIENT), false));
    }

    @Test
    void aParameterIsSetOnEachRedisThatDiffers() {
        set.redis(1).config.put("maxmemory", "200");

        assertThat(set.plan().action())
                .isInstanceOfSatisfying(
                        Action.SetConfig.class,
                        config ->
                                assertThat(config.pod()).isEqualTo(set.redis(1).ref()));
        assertThat(set.plan().pod()).isEqualTo("reports-redis-1");
    }

    @Test
    void aPodThatIsAwayHoldsBackNothingOfTheOthers() {
        set.redis(2).stop();
        set.redis(1).config.put("maxmemory", "200");

        assertThat(set.plan().action()).isInstanceOf(Action.SetConfig.class);
        assertThat(set.plan().pod()).isEqualTo("reports-redis-1");
    }

    // --- a switch that somebody asks for

    @ParameterizedTest
    @ValueSource(strings = {"reports-redis-7", "(empty)", "Any"})
    void aWishForAPodThatDoesNotExistIsRefused(String wish) {
        set.switchover = wish;

        assertAnswered("refused, " + wish + ": there is no such Redis pod: give the name of one, or any");
    }

    @Test
    void aWishForTheMasterIsAnswered() {
        set.switchover = "reports-redis-0";

        assertAnswered("reports-redis-0 is the master");
    }

    @Test
    void aWishForAReplicaWithoutTheDataIsRefused() {
        set.switchover = "reports-redis-1";
        set.redis(1).linkUp = false;

        assertAnswered("refused, reports-redis-1: no such replica has the master's data now");
    }

    @Test
    void aWishForAReplicaThatIsBeingDeletedIsRefused() {
        set.switchover = "reports-redis-1";
        set.redis(1).terminating = true;

        assertAnswered("refused, reports-redis-1: no such replica has the master's data now");
    }

    @Test
    void aWishForAnyIsRefusedWhereNoReplicaHasTheData() {
        set.switchover = Wanted.ANY;
        set.redis(1).linkUp = false;
        set.redis(2).stop();

        assertAnswered("refused, any: no such replica has the master's data now");
    }

    @Test
    void aWishWithoutAMasterIsRefusedWithTheCause() {
        set.switchover = Wanted.ANY;
        set.redis(0).stop();

        assertThat(set.plan().action())
                .isInstanceOfSatisfying(
                        Action.AnswerSwitchover.class,
                        answer -> assertThat(answer.answer())
                                .contains(
                                        "refused: there is no master to switch from",
                                        "reports-redis-0",
                                        "does not answer"));
    }

    /** An operator that has just started. */
    @Test
    void aWishWaitsForWhatThePodsSayThatHaveNotBeenAskedYet() {
        set.switchover = "!reports-redis-0";
        set.sentinels.forEach(pod -> pod.asked = false);
        assertHeld("reports-sentinel-0, reports-sentinel-1, reports-sentinel-2: not asked yet");

        set.sentinels.forEach(pod -> pod.asked = true);
        set.redises.forEach(pod -> pod.asked = false);
        assertHeld("reports-redis-0, reports-redis-1, reports-redis-2: not asked yet");

        set.redis(0).asked = true;
        assertHeld("reports-redis-1, reports-redis-2: not asked yet");

        set.redises.forEach(pod -> pod.asked = true);
        assertThat(set.plan().action()).isInstanceOf(Action.SwitchMaster.class);
    }

    @Test
    void anyIsOneOfTheReplicasThatHaveTheData() {
        set.switchover = Wanted.ANY;
        set.redis(2).linkUp = false;

        assertThat(set.plan().action())
                .isEqualTo(new Action.SwitchMaster(
                        set.redis(0).ref(),
                        Map.of(set.redis(1).address(), set.redis(1).ref()),
                        Map.of(set.redis(2).address(), set.redis(2).ref()),
                        set.sentinels.stream().map(SetOfPods.Node::ref).toList(),
                        2,
                        "ns-reports",
                        "asked for by annotation",
                        "any",
                        "!reports-redis-0"));
    }

    @Test
    void aWishForAnyThatWasBegunBeforeACrashIsDoneOnce() {
        set.switchover = "!reports-redis-0";

        assertThat(set.plan().action())
                .isInstanceOfSatisfying(
                        Action.SwitchMaster.class,
                        change -> assertThat(change.wish()).isEqualTo("!reports-redis-0"));

        set.redis(0).stop();
        set.sentinel(0).failover = true;
        assertHeld("the Sentinels carry out a failover");
        set.redis(0).running = true;
        set.sentinel(0).failover = false;

        set.switchover = "!reports-redis-2";

        assertAnswered("reports-redis-0 is the master");
    }

    @Test
    void aPodThatIsAskedForComesFirstAndIsMadeMaster() {
        set.switchover = "reports-redis-2";

        assertThat(set.plan().action())
                .isEqualTo(new Action.SetConfig(set.redis(2).ref(), Map.of("replica-priority", "1"), Map.of()));
        set.redis(2).config.put("replica-priority", "1");

        assertThat(set.plan().action()).isInstanceOfSatisfying(Action.SwitchMaster.class, change -> {
            assertThat(change.replicas())
                    .containsOnlyKeys(set.redis(1).address(), set.redis(2).address());
            assertThat(change.isAsked()).isTrue();
        });
    }

    @Test
    void onceTheWishIsClearedThePriorityIsAsBefore() {
        set.redis(2).config.put("replica-priority", "1");

        assertThat(set.plan().action())
                .isEqualTo(new Action.SetConfig(set.redis(2).ref(), Map.of("replica-priority", "100"), Map.of()));
    }

    @Test
    void aWishWaitsForAFailoverThatIsUnderWay() {
        set.switchover = Wanted.ANY;
        set.sentinel(0).failover = true;

        assertHeld("carry out a failover");
    }

    // --- fewer pods

    @Test
    void aMasterThatIsToGoIsSwitchedToAPodThatStays() {
        var five = shrinkTo3(4);

        assertThat(five.plan().action())
                .isEqualTo(new Action.SetConfig(five.redis(0).ref(), Map.of("replica-priority", "1"), Map.of()));
        five.redis(0).config.put("replica-priority", "1");

        assertThat(five.plan().action()).isInstanceOfSatisfying(Action.SwitchMaster.class, change -> {
            assertThat(change.from()).isEqualTo(five.redis(4).ref());
            assertThat(change.replicas())
                    .containsOnlyKeys(
                            five.redis(0).address(),
                            five.redis(1).address(),
                            five.redis(2).address(),
                            five.redis(3).address());
            assertThat(change.reason()).isEqualTo("its pod is scaled away");
            assertThat(change.isAsked()).isFalse();
        });
    }

    @Test
    void aMasterThatIsToGoStaysAsLongAsNoPodThatStaysHasItsData() {
        var five = shrinkTo3(4);
        for (int i = 0; i < 3; i++) {
            five.redis(i).linkUp = false;
        }

        assertThat(five.plan().action()).isEqualTo(new Action.None());
        assertThat(five.plan().held())
                .isEqualTo(
                        "reports-redis-4 is the master and to be scaled away: no replica that stays has its data yet");
    }

    @Test
    void podsThatAreGoneAreForgottenByOneSentinelAtATime() {
        set.sentinels.forEach(pod -> pod.replicas.add("10.0.0.3"));

        assertThat(set.plan().action())
                .isEqualTo(new Action.ForgetPods(set.sentinel(2).ref(), "ns-reports"));
        set.sentinel(2).replicas.clear();
        assertThat(set.plan().settled()).as("it is finding them").isTrue();
        set.sentinel(2).watch(set, set.redis(0));

        assertThat(set.plan().action())
                .isEqualTo(new Action.ForgetPods(set.sentinel(1).ref(), "ns-reports"));
    }

    @Test
    void sentinelsThatAreGoneAreForgottenToo() {
        set.sentinel(0).others = 4;

        assertThat(set.plan().action())
                .isEqualTo(new Action.ForgetPods(set.sentinel(0).ref(), "ns-reports"));
    }

    @Test
    void nothingIsForgottenWhileTheSetIsNotWhole() {
        set.sentinels.forEach(pod -> pod.replicas.add("10.0.0.3"));

        set.redis(2).linkUp = false;
        assertThat(set.plan().action()).as("a replica is behind").isEqualTo(new Action.None());
        set.redis(2).linkUp = true;
        set.sentinel(0).answers = false;
        assertThat(set.plan().action()).as("a Sentinel is silent").isEqualTo(new Action.None());
    }

    @Test
    void whereSoManyWereScaledAwayThatTheRestIsNoMajorityTheyAreForgottenAllTheSame() {
        var set = SetOfPods.settled(3, 3);
        set.sentinels.forEach(pod -> {
            pod.others = 6;
            pod.quorate = false;
        });

        assertThat(set.plan().action()).isInstanceOf(Action.ForgetPods.class);
    }

    private static SetOfPods shrinkTo3(int master) {
        var five = SetOfPods.settled(5, 3);
        five.redises.forEach(pod -> pod.follow(five.redis(master)));
        five.redis(master).serve();
        five.sentinels.forEach(pod -> pod.watch(five, five.redis(master)));
        five.wantedRedises = 3;
        return five;
    }

    private void assertAnswered(String answer) {
        assertThat(set.plan().action()).isEqualTo(new Action.AnswerSwitchover(set.switchover, answer));
    }

    private void assertHeld(String... why) {
        assertThat(set.plan().action()).isEqualTo(new Action.None());
        assertThat(set.plan().held()).contains(why);
    }
}
