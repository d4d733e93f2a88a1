package dev.tiercache.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.operator.desired.Names;
import dev.tiercache.operator.observe.RedisAnswer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who is master: what the operator does in each state, and what it leaves alone. */
class MasterPlannerTest {

    @Test
    void nothingIsDoneWhenAllIsAsWanted() {
        assertThat(SetOfPods.settled().plan().settled()).isTrue();
    }

    // --- the first start

    @Test
    void ofPodsWithoutDataTheFirstIsMadeMasterThenFollowedLabelledAndWatched() {
        var set = SetOfPods.new3And3();

        assertThat(set.plan().action())
                .isEqualTo(new Action.Promote(
                        set.redis(0).ref(),
                        List.of(set.redis(1).ref(), set.redis(2).ref()),
                        "no pod holds data"));
        set.redis(0).master = true;
        set.redis(0).masterHost = "";

        assertThat(set.plan().action()).isEqualTo(follow(set, 0, 1, 2));
        set.redis(1).follow(set.redis(0).address());
        set.redis(2).follow(set.redis(0).address());

        assertThat(set.plan().action())
                .isEqualTo(new Action.LabelRole(set.redis(1).ref(), Names.ROLE_REPLICA));
        set.redis(1).label = Names.ROLE_REPLICA;
        assertThat(set.plan().action())
                .isEqualTo(new Action.LabelRole(set.redis(2).ref(), Names.ROLE_REPLICA));
        set.redis(2).label = Names.ROLE_REPLICA;

        assertThat(set.plan().action())
                .isEqualTo(new Action.Monitor(
                        set.sentinels.stream().map(SetOfPods.Node::ref).toList(),
                        set.redis(0).ref(),
                        set.redis(0).address(),
                        set.topology()));
        set.sentinels.forEach(pod -> pod.watch(set, set.redis(0)));
        set.sentinels.forEach(pod -> pod.settings = SetOfPods.SETTINGS);

        assertThat(set.plan().action())
                .isEqualTo(new Action.LabelRole(set.redis(0).ref(), Names.ROLE_MASTER));
    }

    @Test
    void nobodyIsMadeMasterBeforeAllPodsExist() {
        var set = SetOfPods.new3And3();
        set.redises.removeLast();

        assertHeld(set, "not all Redis pods have been created yet");
    }

    @Test
    void theOnlyPodWithDataIsMadeMaster() {
        var set = SetOfPods.new3And3();
        set.redis(2).hasData = true;

        assertPromoted(set, 2, "the only one with data");
    }

    @Test
    void ofSeveralPodsWithDataTheRecordedMasterIsMadeMaster() {
        var set = SetOfPods.new3And3();
        set.redises.forEach(pod -> pod.hasData = true);
        set.recordedMaster = set.redis(1).name();

        assertPromoted(set, 1, "recorded as that of the last master");
    }

    @Test
    void aRecordedMasterWithoutDataIsNotMadeMaster() {
        var set = SetOfPods.new3And3();
        set.redis(0).hasData = true;
        set.redis(1).hasData = true;
        set.recordedMaster = set.redis(2).name();

        assertHeld(set, "reports-redis-0, reports-redis-1", Names.ANNOTATION_SWITCHOVER);
    }

    @Test
    void ofSeveralPodsWithDataAndNoRecordAPersonChooses() {
        var set = SetOfPods.new3And3();
        set.redis(0).hasData = true;
        set.redis(1).hasData = true;

        assertHeld(set, "reports-redis-0, reports-redis-1", "choose one", Names.ANNOTATION_SWITCHOVER);

        set.switchover = set.redis(1).name();
        assertPromoted(set, 1, "chose it");
    }

    @Test
    void aChoiceThatIsNoWayOutIsAnswered() {
        var set = SetOfPods.new3And3();
        set.redis(0).hasData = true;
        set.redis(1).hasData = true;
        set.switchover = set.redis(2).name();

        assertThat(set.plan().action())
                .isInstanceOfSatisfying(
                        Action.AnswerSwitchover.class,
                        answer -> assertThat(answer.answer())
                                .startsWith("refused")
                                .contains("reports-redis-0, reports-redis-1"));
    }

    @Test
    void aPodThatDoesNotAnswerMayHoldTheDataWhereDataOutlivePods() {
        var set = SetOfPods.new3And3();
        set.redis(1).hasData = true;
        set.redis(2).stop();

        assertHeld(set, "reports-redis-2 does not answer yet", "may be the one that holds the data");
    }

    @Test
    void aPodInMemoryThatDoesNotRunHoldsNothing() {
        var set = SetOfPods.new3And3();
        set.durable = false;
        set.redis(1).hasData = true;
        set.redis(2).stop();

        assertPromoted(set, 1, "the only one with data");
    }

    @Test
    void aPodInMemoryThatRunsAndIsSilentMayHoldData() {
        var set = SetOfPods.new3And3();
        set.durable = false;
        set.redis(2).answers = false;

        assertHeld(set, "reports-redis-2 does not answer yet");
    }

    @Test
    void nobodyIsMadeMasterWhileAPodLoadsItsData() {
        var set = SetOfPods.new3And3();
        set.redis(1).loading = true;

        assertHeld(set, "reports-redis-1 is loading its data");
    }

    @Test
    void aPodThatIsBeingDeletedIsNotMadeMaster() {
        var set = SetOfPods.new3And3();
        set.redis(0).terminating = true;

        assertPromoted(set, 1, "no pod holds data");
    }

    @Test
    void nobodyIsMadeMasterWhileAPodWithDataIsBeingDeleted() {
        var set = SetOfPods.new3And3();
        set.redis(2).hasData = true;
        set.redis(2).terminating = true;
        assertHeld(set, "reports-redis-2, which holds data, is being deleted");

        set.redis(1).hasData = true;
        assertHeld(set, "reports-redis-2, which holds data, is being deleted");
    }

    // --- Sentinels that do not know, or know otherwise

    @Test
    void sentinelsThatLostTheirMemoryAreToldOfTheLivingMaster() {
        var set = SetOfPods.settled();
        set.sentinels.forEach(SetOfPods.Sentinel::forget);

        assertThat(set.plan().action()).isEqualTo(monitor(set, 0, 0, 1, 2));
    }

    @Test
    void aSentinelThatNamesAnotherThanTheMajorityIsToldOfTheMaster() {
        var set = SetOfPods.settled();
        set.sentinel(1).watch(set, set.redis(2));

        assertThat(set.plan().action()).isEqualTo(monitor(set, 0, 1));
    }

    @Test
    void aSentinelThatLostItsMemoryIsToldOfTheMaster() {
        var set = SetOfPods.settled();
        set.sentinel(2).forget();

        assertThat(set.plan().action()).isEqualTo(monitor(set, 0, 2));
    }

    @Test
    void nothingIsKnownWithoutAMajorityOfTheSentinels() {
        var set = SetOfPods.settled();
        set.sentinel(0).stop();
        set.sentinel(1).stop();

        assertHeld(set, "only 1 of 3 Sentinels answer", "2 are needed");
    }

    @Test
    void sentinelsThatNameTheAddressOfNobodyAreToldOfTheLivingMaster() {
        var set = SetOfPods.settled();
        set.sentinels.forEach(pod -> pod.master = "10.9.9.9");

        assertThat(set.plan().action()).isEqualTo(monitor(set, 0, 0, 1, 2));
    }

    @Test
    void withoutAMasterAndAnAddressOfNobodyThePodWithDataIsMadeMaster() {
        var set = SetOfPods.new3And3();
        set.sentinels.forEach(pod -> pod.master = "10.9.9.9");
        set.redis(1).hasData = true;

        assertPromoted(set, 1, "the only one with data");
    }

    @Test
    void whereNoMajorityNamesTheSameAndNobodyIsMasterThePodWithDataIsMadeMaster() {
        var set = SetOfPods.new3And3();
        set.redis(1).hasData = true;
        set.sentinel(0).master = set.redis(2).address();

        assertPromoted(set, 1, "the only one with data");

        set.sentinel(1).master = set.redis(1).address();
        assertPromoted(set, 1, "the only one with data");
    }

    @Test
    void settingsOfSentinelsThatDifferAreSet() {
        var set = SetOfPods.settled();
        set.sentinel(1).settings = Map.of("quorum", "1");

        assertThat(set.plan().action())
                .isEqualTo(new Action.TuneSentinels(List.of(set.sentinel(1).ref()), "ns-reports", SetOfPods.SETTINGS));
    }

    @Test
    void aSentinelThatWasLeftHurryingIsCalmedOnceNoPodIsAboutToStop() {
        var set = SetOfPods.settled();
        set.sentinel(1).hurried = true;
        set.redis(0).terminating = true;
        assertThat(set.plan().action()).isNotInstanceOf(Action.TuneSentinels.class);

        set.redis(0).terminating = false;
        assertThat(set.plan().action())
                .isEqualTo(new Action.TuneSentinels(List.of(set.sentinel(1).ref()), "ns-reports", SetOfPods.SETTINGS));
    }

    // --- masters too many

    @Test
    void aFormerMasterThatComesBackLosesItsLabelFirstAndThenFollows() {
        var set = SetOfPods.settled();
        set.redis(1).serve();
        set.redis(1).label = Names.ROLE_REPLICA;
        set.redis(2).follow(set.redis(1));
        set.sentinels.forEach(pod -> pod.watch(set, set.redis(1)));

        assertThat(set.plan().action())
                .isEqualTo(new Action.LabelRole(set.redis(0).ref(), Names.ROLE_REPLICA));
        set.redis(0).label = Names.ROLE_REPLICA;
        assertThat(set.plan().action())
                .isEqualTo(new Action.LabelRole(set.redis(1).ref(), Names.ROLE_MASTER));
        set.redis(1).label = Names.ROLE_MASTER;
        assertThat(set.plan().action()).isEqualTo(follow(set, 1, 0));
    }

    @Test
    void ofTwoMastersThatNoMajorityNamesTheOneWithDataStays() {
        var set = SetOfPods.settled();
        set.sentinels.forEach(SetOfPods.Sentinel::forget);
        set.redis(1).serve();
        set.redis(1).label = Names.ROLE_REPLICA;
        set.redis(1).hasData = false;

        assertThat(set.plan().action()).isEqualTo(monitor(set, 0, 0, 1, 2));
    }

    /** It may be another master. */
    @Test
    void aMasterIsNotMadeKnownBeforeEveryOtherPodWasAsked() {
        SetOfPods set = SetOfPods.settled();
        set.sentinels.forEach(SetOfPods.Sentinel::forget);
        set.redis(2).serve();
        set.redis(2).asked = false;

        assertHeld(set, "reports-redis-2: not asked yet");
    }

    @Test
    void ofTwoMastersWithDataThatNoMajorityNamesAPersonChooses() {
        var set = SetOfPods.settled();
        set.sentinels.forEach(SetOfPods.Sentinel::forget);
        set.redis(1).serve();
        set.redis(1).label = Names.ROLE_REPLICA;

        assertHeld(set, "reports-redis-0, reports-redis-1", Names.ANNOTATION_SWITCHOVER);

        set.switchover = set.redis(1).name();
        assertThat(set.plan().action()).isEqualTo(monitor(set, 1, 0, 1, 2));
    }

    // --- what Sentinels do by themselves

    @Test
    void nothingButLabelsIsTouchedDuringAFailover() {
        var set = SetOfPods.settled();
        set.redis(0).stop();
        set.sentinel(0).failover = true;
        set.sentinel(1).forget();
        set.redis(1).follow("10.9.9.9");

        assertHeld(set, "carry out a failover");

        set.redis(1).label = Names.ROLE_MASTER;
        assertThat(set.plan().action())
                .isEqualTo(new Action.LabelRole(set.redis(1).ref(), Names.ROLE_REPLICA));
    }

    @Test
    void aSilentMasterIsLeftToTheSentinelsAndKeepsItsLabel() {
        var set = SetOfPods.settled();
        set.redis(0).stop();

        assertHeld(set, "reports-redis-0", "does not answer", "they replace it");
    }

    @Test
    void aMasterThatLoadsItsDataIsWaitedFor() {
        var set = SetOfPods.settled();
        set.redis(0).loading = true;

        assertHeld(set, "reports-redis-0", "is loading its data");
    }

    @Test
    void aNamedMasterThatFollowsAnotherIsLeftToTheSentinels() {
        var set = SetOfPods.settled();
        set.redis(0).follow("10.9.9.9");
        set.redis(0).label = Names.ROLE_REPLICA;

        assertHeld(set, "reports-redis-0", "is a replica: they put that right");
    }

    @Test
    void ofPodsThatFollowEachOtherTheOneWithDataIsMadeMaster() {
        SetOfPods set = SetOfPods.settled(2, 3);
        set.redis(0).follow(set.redis(1).address());
        set.redis(0).label = Names.ROLE_REPLICA;
        set.redis(0).hasData = false;
        set.redis(1).follow(set.redis(0).address());
        set.sentinels.forEach(pod -> pod.watch(set, set.redis(1)));

        assertPromoted(set, 1, "the only one with data");
    }

    @Test
    void sentinelsThatMissedASwitchAreToldOfTheMasterThatTheNamedOneFollows() {
        var set = SetOfPods.settled();
        set.redis(1).serve();
        set.redis(0).follow(set.redis(1));
        set.redis(1).label = Names.ROLE_REPLICA;

        assertThat(set.plan().action()).isEqualTo(monitor(set, 1, 0, 1, 2));
    }

    // --- the named master waits for a decision

    @Test
    void aNamedMasterThatComesBackEmptyGivesWayToTheOnlyPodWithData() {
        var set = SetOfPods.settled();
        set.redis(0).startEmpty();
        set.redis(2).hasData = false;

        assertPromoted(set, 1, "the only one with data");
    }

    @Test
    void aNamedMasterThatWaitsWithDataIsMadeMasterAgain() {
        var set = SetOfPods.settled();
        set.redis(0).startOrphaned();

        assertPromoted(set, 0, "the Sentinels name it");
    }

    @Test
    void aNamedMasterThatReturnsByItselfIsLeftAlone() {
        var set = SetOfPods.settled();
        set.redis(0).follow(RedisAnswer.Replication.ITSELF);

        Plan plan = set.plan();

        assertThat(plan.action()).isInstanceOf(Action.None.class);
        assertThat(plan.held()).contains("goes on as such once they see it");
    }

    @Test
    void aPodThatReturnsWhenAnotherIsMasterIsMadeItsReplica() {
        var set = SetOfPods.settled();
        set.redis(1).follow(RedisAnswer.Replication.ITSELF);

        assertThat(set.plan().action())
                .isInstanceOfSatisfying(
                        Action.Follow.class,
                        follow -> assertThat(follow.pods())
                                .containsExactly(set.redis(1).ref()));
    }

    @Test
    void ofPodsWithoutDataTheNamedMasterIsMadeMaster() {
        var set = SetOfPods.settled();
        set.redises.forEach(SetOfPods.Redis::startEmpty);
        set.sentinels.forEach(pod -> pod.watch(set, set.redis(1)));

        assertPromoted(set, 1, "no pod holds data");
    }

    private static void assertPromoted(SetOfPods set, int ordinal, String reason) {
        assertThat(set.plan().action()).isInstanceOfSatisfying(Action.Promote.class, promote -> {
            assertThat(promote.pod()).isEqualTo(set.redis(ordinal).ref());
            assertThat(promote.others()).doesNotContain(promote.pod());
            assertThat(promote.reason()).contains(reason);
        });
    }

    private static void assertHeld(SetOfPods set, String... why) {
        assertThat(set.plan().action()).isEqualTo(new Action.None());
        assertThat(set.plan().held()).contains(why);
    }

    private static Action.Follow follow(SetOfPods set, int master, int... pods) {
        return new Action.Follow(
                Arrays.stream(pods).mapToObj(pod -> set.redis(pod).ref()).toList(),
                set.redis(master).name(),
                set.redis(master).address());
    }

    private static Action.Monitor monitor(SetOfPods set, int master, int... sentinels) {
        return new Action.Monitor(
                Arrays.stream(sentinels)
                        .mapToObj(pod -> set.sentinel(pod).ref())
                        .toList(),
                set.redis(master).ref(),
                set.redis(master).address(),
                set.topology());
    }
}
