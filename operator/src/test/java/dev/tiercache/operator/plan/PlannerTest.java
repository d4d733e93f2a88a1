package dev.tiercache.operator.plan;

import static dev.tiercache.operator.plan.PlanFixtures.CLIENT;
import static dev.tiercache.operator.plan.PlanFixtures.MIB;
import static dev.tiercache.operator.plan.PlanFixtures.answer;
import static dev.tiercache.operator.plan.PlanFixtures.config;
import static dev.tiercache.operator.plan.PlanFixtures.memory;
import static dev.tiercache.operator.plan.PlanFixtures.pod;
import static dev.tiercache.operator.plan.PlanFixtures.resources;
import static dev.tiercache.operator.plan.PlanFixtures.rewriting;
import static dev.tiercache.operator.plan.PlanFixtures.set;
import static dev.tiercache.operator.plan.PlanFixtures.settled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.operator.observe.Observation;
import dev.tiercache.operator.observe.PodView;
import dev.tiercache.operator.observe.RedisAnswer;
import dev.tiercache.operator.observe.RedisUser;
import dev.tiercache.operator.observe.Resources;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlannerTest {
    private final PlanFixtures.Scene settled = settled();

    @Test
    void nothingIsDoneWhenAllIsAsWanted() {
        assertThat(settled.plan().settled()).isTrue();
    }

    @Test
    void aParameterThatDiffersIsSet() {
        var plan = settled.with(config(settled.wanted(), Map.of("hz", "50"))).plan();

        assertThat(plan.action()).isInstanceOfSatisfying(Action.SetConfig.class, set -> {
            assertThat(set.values()).containsExactly(Map.entry("hz", "50"));
            assertThat(set.pod().uid()).isEqualTo("uid");
        });
    }

    @Test
    void aParameterThatLeftTheSpecReturnsToItsDefault() {
        var plan = settled.with(answer(512, Map.of("hz", "10", "timeout", "300"), CLIENT, false, ""))
                .plan();

        assertThat(plan.action()).isInstanceOfSatisfying(Action.SetConfig.class, set -> {
            assertThat(set.values()).isEmpty();
            assertThat(set.defaults()).containsExactly(Map.entry("timeout", "0"));
        });
    }

    @Test
    void aDefaultThatRedisDidNotTakeIsLeft() {
        var scene = settled.with(answer(512, Map.of("hz", "10", "timeout", "300"), CLIENT, false, ""));
        var now = scene.now();
        var told = new Observation(
                now.redisSet(),
                now.redisPods(),
                now.answers(),
                Set.of("timeout 0"),
                now.api(),
                now.apiPods(),
                now.inPlaceResize());

        assertThat(Planner.next(scene.wanted(), told).settled()).isTrue();
    }

    @Test
    void memoryIsRaisedLimitFirst() {
        var raise = settled.with(memory(settled.wanted(), 1024, 1600));

        assertThat(raise.plan().action()).isEqualTo(new Action.ResizePod(ref(), resources(1600)));

        var resized = raise.with(pod(resources(1600), resources(1600), "hash", true, false));
        assertThat(resized.plan().action())
                .isEqualTo(new Action.SetConfig(ref(), Map.of("maxmemory", "" + 1024 * MIB), Map.of()));
    }

    @Test
    void maxmemoryWaitsWhileTheNodeHasNoRoom() {
        var pending = settled.with(memory(settled.wanted(), 1024, 1600))
                .with(withResize(
                        pod(resources(1600), resources(832), "hash", true, false), "Infeasible: node is full"));

        assertThat(pending.plan().action()).isEqualTo(new Action.None());
        assertThat(pending.plan().held()).isEqualTo("reports-redis-0 is not resized yet: Infeasible: node is full");
    }

    @Test
    void otherParametersDoNotWaitForTheLimit() {
        var both = settled.with(config(memory(settled.wanted(), 1024, 1600), Map.of("hz", "50")));

        assertThat(both.plan().action()).isEqualTo(new Action.SetConfig(ref(), Map.of("hz", "50"), Map.of()));
        assertThat(both.plan().held()).contains("maxmemory waits");
    }

    @Test
    void memoryIsLoweredInStepsAndTheLimitLast() {
        var lower = settled.with(memory(settled.wanted(), 256, 448));

        assertThat(lower.plan().action())
                .isEqualTo(new Action.SetConfig(ref(), Map.of("maxmemory", "" + 448 * MIB), Map.of()));

        var there = lower.with(answer(256, Map.of("hz", "10", "timeout", "0"), CLIENT, false, ""));
        assertThat(there.plan().action()).isEqualTo(new Action.ResizePod(ref(), resources(448)));
    }

    @Test
    void withoutInPlaceResizeThePodIsRestarted() {
        var raise = settled.with(memory(settled.wanted(), 1024, 1600)).withoutResize();

        assertThat(raise.plan().action()).isInstanceOf(Action.RestartPod.class);
    }

    @Test
    void aLimitThatAdmissionAddedNeedsNothing() {
        var added = new Resources(Map.of("cpu", 100L, "memory", 832 * MIB), Map.of("cpu", 500L, "memory", 832 * MIB));
        var scene = settled.with(pod(added, added, "hash", true, false));

        assertThat(scene.plan().settled()).isTrue();
        assertThat(scene.with(memory(settled.wanted(), 1024, 1600)).plan().action())
                .isEqualTo(new Action.ResizePod(ref(), resources(1600)));
    }

    @Test
    void aResizeThatTheNodeHasNoRoomForIsTakenBack() {
        var pending = settled.with(
                withResize(pod(resources(1600), resources(832), "hash", true, false), "Infeasible: node is full"));

        assertThat(pending.plan().action()).isEqualTo(new Action.ResizePod(ref(), resources(832)));
    }

    @Test
    void aNewLimitOfCpuNeedsARestart() {
        var limited = new Resources(Map.of("cpu", 100L, "memory", 832 * MIB), Map.of("cpu", 500L, "memory", 832 * MIB));
        var wanted = settled.wanted();
        var scene = settled.with(new Wanted(
                wanted.restartHash(),
                wanted.config(),
                wanted.defaults(),
                wanted.restart(),
                wanted.users(),
                limited,
                "files"));

        assertThat(scene.plan().action()).isInstanceOf(Action.RestartPod.class);
    }

    @Test
    void anotherTemplateRestartsThePodOnceItsStatefulSetHasIt() {
        var old = settled.with(pod(resources(832), resources(832), "old", true, false));

        assertThat(old.plan().action()).isInstanceOf(Action.RestartPod.class);
        assertThat(old.with(set("old", true)).plan().action()).isEqualTo(new Action.None());
        assertThat(old.with(set("hash", false)).plan().held())
                .contains("as soon as reports-redis has its new template");
    }

    @Test
    void aRestartWaitsForDataThatAreStillLoadedOrCannotBeSaved() {
        var old = settled.with(pod(resources(832), resources(832), "old", true, false));
        var config = settled.answering().config();

        var loading = old.with(answer(512, config, CLIENT, true, "")).plan();
        assertThat(loading.action()).isEqualTo(new Action.None());
        assertThat(loading.held()).contains("when it has loaded its data");
        var failing = old.with(answer(512, config, CLIENT, false, "aof_last_write_status is err"))
                .plan();
        assertThat(failing.action()).isEqualTo(new Action.None());
        assertThat(failing.held()).contains("cannot be saved (aof_last_write_status is err)");
    }

    @Test
    void anAppendOnlyFileIsWrittenBeforeARestartThatReadsIt() {
        var snapshots = new HashMap<>(settled.answering().config());
        snapshots.put("appendonly", "no");
        var both = settled.with(config(settled.wanted(), Map.of("appendonly", "yes")))
                .with(pod(resources(832), resources(832), "old", true, false))
                .with(answer(512, snapshots, CLIENT, false, ""));
        assertThat(both.plan().action()).isEqualTo(new Action.SetConfig(ref(), Map.of("appendonly", "yes"), Map.of()));

        var begun = settled.with(pod(resources(832), resources(832), "old", true, false))
                .with(rewriting());
        assertThat(begun.plan().action()).isEqualTo(new Action.None());
        assertThat(begun.plan().held())
                .isEqualTo("reports-redis-0 is not restarted while it writes its append-only file");

        assertThat(begun.with(settled.redis()).plan().action()).isInstanceOf(Action.RestartPod.class);
    }

    @Test
    void nothingIsSetWhileDataAreLoading() {
        var loading = settled.with(config(settled.wanted(), Map.of("appendonly", "yes")))
                .with(answer(512, settled.answering().config(), CLIENT, true, ""));

        assertThat(loading.plan().action()).isEqualTo(new Action.None());
        assertThat(loading.plan().held()).contains("when it has loaded its data");
    }

    @Test
    void aRestartThatWaitsHoldsBackNothingElse() {
        var waiting = settled.with(pod(resources(832), resources(832), "old", true, false))
                .with(set("old", true));
        var poor = RedisUser.parse("user default on #aa ~* &* +@read");
        var more = RedisUser.parse("user default on #aa #bb ~* &* +@all");
        var config = settled.answering().config();

        assertThat(waiting.plan().held()).contains("as soon as reports-redis has its new template");
        assertThat(waiting.with(answer(512, config, poor, false, "")).plan().action())
                .isInstanceOf(Action.SetUsers.class);
        assertThat(waiting.with(answer(512, config, more, false, "")).plan().action())
                .isInstanceOf(Action.SetUsers.class);
        assertThat(waiting.with(config(settled.wanted(), Map.of("hz", "50")))
                        .plan()
                        .action())
                .isInstanceOf(Action.SetConfig.class);
        assertThat(waiting.with(withRole(waiting.pod(), "replica")).plan().action())
                .isInstanceOf(Action.LabelRole.class);
    }

    @Test
    void aServerIsNotRestartedIntoAKeyThatItDoesNotKnow() {
        var wanted = settled.wanted();
        var typo = settled.with(new Wanted(
                        wanted.restartHash(),
                        wanted.config(),
                        wanted.defaults(),
                        Map.of("databses", "32"),
                        wanted.users(),
                        wanted.resources(),
                        "files"))
                .with(pod(resources(832), resources(832), "old", true, false));

        // Redis rejects it, which the status then names.
        assertThat(typo.plan().action()).isEqualTo(new Action.SetConfig(ref(), Map.of("databses", "32"), Map.of()));

        var known = new HashMap<>(settled.answering().config());
        known.put("databses", "16");
        assertThat(typo.with(answer(512, known, CLIENT, false, "")).plan().action())
                .isInstanceOf(Action.RestartPod.class);
    }

    @Test
    void aPodThatServesNobodyIsRestartedAtOnce() {
        var old = pod(resources(832), resources(832), "old", true, false);
        var crashing = settled.with(unready(old));

        assertThat(crashing.with(new RedisAnswer.Unreachable("Connection refused"))
                        .plan()
                        .action())
                .isInstanceOf(Action.RestartPod.class);
        assertThat(crashing.with(new RedisAnswer.NotAsked()).plan().action()).isInstanceOf(Action.RestartPod.class);
    }

    @Test
    void aPodThatServesIsNotRestartedBeforeItToldThatItsDataAreSafe() {
        var old = settled.with(pod(resources(832), resources(832), "old", true, false));

        for (RedisAnswer silence : List.of(
                new RedisAnswer.NotAsked(),
                new RedisAnswer.Unreachable("no answer within 2000 ms"),
                new RedisAnswer.Refused("WRONGPASS"))) {
            var plan = old.with(silence).plan();
            assertThat(plan.action()).as("%s", silence).isEqualTo(new Action.None());
            assertThat(plan.held()).as("%s", silence).startsWith("reports-redis-0 is not restarted ");
        }
    }

    @Test
    void aPodWithoutANodeIsMadeAnewForOtherResources() {
        var homeless = settled.with(memory(settled.wanted(), 256, 448))
                .with(pod(resources(832), resources(832), "hash", false, false))
                .with(new RedisAnswer.NotAsked());

        assertThat(homeless.plan().action()).isInstanceOf(Action.RestartPod.class);
    }

    @Test
    void nothingIsDoneToAPodThatIsBeingReplaced() {
        var leaving = settled.with(pod(resources(832), resources(832), "old", true, true));

        assertThat(leaving.plan().action()).isEqualTo(new Action.None());
        assertThat(leaving.plan().held()).isEqualTo("reports-redis-0 is being replaced");
    }

    /** What is done where all is settled but the client's user, as Redis lists it. */
    private Action actionForUser(String listed) {
        return settled.with(answer(512, Map.of("hz", "10"), RedisUser.parse(listed), false, ""))
                .plan()
                .action();
    }

    @Test
    void aNewPasswordIsAddedBesideTheOld() {
        assertThat(actionForUser("user default on #bb ~* &* +@all"))
                .isEqualTo(new Action.SetUsers(ref(), List.of(CLIENT), true));
    }

    @Test
    void aPasswordThatIsNotWantedAnyMoreEnds() {
        assertThat(actionForUser("user default on #aa #bb ~* &* +@all"))
                .isEqualTo(new Action.SetUsers(ref(), List.of(CLIENT), false));
    }

    @Test
    void aRightThatWasTakenByHandIsGivenBack() {
        assertThat(actionForUser("user default on #aa ~* &* +@read")).isInstanceOf(Action.SetUsers.class);
    }

    @Test
    void apiPodsReadNewFilesAlsoWhileRedisDoesNotAnswer() {
        var stale = settled.with(new RedisAnswer.Unreachable("gone")).withApi(withFiles(settled.api(), "old"));

        assertThat(stale.plan().action())
                .isEqualTo(new Action.RefreshFiles(new Action.PodRef("reports-api-x", "api-uid"), "files"));
    }

    @Test
    void apiPodsReadNewFilesAlsoWhileRedisRejectsAParameter() {
        var stale = settled.with(config(settled.wanted(), Map.of("hz", "50"))).withApi(withFiles(settled.api(), "old"));

        assertThat(stale.plan().action()).isInstanceOf(Action.RefreshFiles.class);
        assertThat(stale.withApi(settled.api()).plan().action()).isInstanceOf(Action.SetConfig.class);
    }

    @Test
    void redisAcceptsANewPasswordBeforeApiPodsReadIt() {
        var old = RedisUser.parse("user default on #bb ~* &* +@all");
        var stale = settled.with(answer(512, settled.answering().config(), old, false, ""))
                .withApi(withFiles(settled.api(), "old"));

        assertThat(stale.plan().action()).isInstanceOf(Action.SetUsers.class);
    }

    private static PodView withFiles(PodView api, String hash) {
        return new PodView(
                api.name(),
                api.uid(),
                api.ip(),
                true,
                true,
                true,
                false,
                "",
                "",
                "",
                hash,
                Resources.NONE,
                Resources.NONE,
                "");
    }

    private static Action.PodRef ref() {
        return new Action.PodRef(PlanFixtures.POD, "uid");
    }

    private static PodView unready(PodView pod) {
        return new PodView(
                pod.name(),
                pod.uid(),
                pod.ip(),
                pod.scheduled(),
                false,
                false,
                pod.terminating(),
                "CrashLoopBackOff",
                pod.restartHash(),
                pod.role(),
                pod.filesHash(),
                pod.wanted(),
                pod.allotted(),
                pod.resize());
    }

    private static PodView withRole(PodView pod, String role) {
        return new PodView(
                pod.name(),
                pod.uid(),
                pod.ip(),
                pod.scheduled(),
                pod.running(),
                pod.ready(),
                pod.terminating(),
                pod.trouble(),
                pod.restartHash(),
                role,
                pod.filesHash(),
                pod.wanted(),
                pod.allotted(),
                pod.resize());
    }

    private static PodView withResize(PodView pod, String resize) {
        return new PodView(
                pod.name(),
                pod.uid(),
                pod.ip(),
                pod.scheduled(),
                pod.running(),
                pod.ready(),
                pod.terminating(),
                pod.trouble(),
                pod.restartHash(),
                pod.role(),
                pod.filesHash(),
                pod.wanted(),
                pod.allotted(),
                resize);
    }
}
