package dev.tiercache.operator.status;

import static dev.tiercache.operator.status.SentinelSituations.assemble;
import static dev.tiercache.operator.status.SentinelSituations.condition;
import static dev.tiercache.operator.status.SentinelSituations.failOver;
import static dev.tiercache.operator.status.SentinelSituations.of;
import static dev.tiercache.operator.status.SentinelSituations.planned;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.operator.act.Outcome;
import dev.tiercache.operator.crd.CacheDeployment;
import dev.tiercache.operator.crd.CacheDeploymentStatus.FailoverStatus;
import dev.tiercache.operator.crd.CacheDeploymentStatus.RedisStatus;
import dev.tiercache.operator.crd.CacheDeploymentStatus.SentinelStatus;
import dev.tiercache.operator.plan.Action;
import dev.tiercache.operator.plan.SetOfPods;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The status of mode Sentinel over time, and the events that tell of it. */
class SentinelStatusTest {
    private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant LATER = Instant.parse("2026-01-01T01:00:00.5Z");

    private final CacheDeployment cache = SentinelSituations.cache();
    private final SetOfPods set = SetOfPods.settled();

    @Test
    void aSettledSetIsReadyAndSaysWhoIsMaster() {
        var status = assemble(cache, of(set), THEN);

        assertThat(condition(status, "Ready")).returns("True", Condition::getStatus);
        assertThat(condition(status, "Degraded")).returns("False", Condition::getStatus);
        assertThat(condition(status, "SentinelQuorate")).returns("True", Condition::getStatus);
        assertThat(status.redis())
                .isEqualTo(new RedisStatus(
                        3, 3, "3/3", "reports-redis-0", "reports-redis-0", "2026-01-01T00:00:00Z", "8.0.2"));
        assertThat(status.sentinel()).isEqualTo(new SentinelStatus(3, 3, "3/3", "Reachable"));
        assertThat(requireNonNull(status.endpoints()).sentinel()).isEqualTo("reports-sentinel.ns.svc:26379");
        assertThat(requireNonNull(status.endpoints()).sentinelMasterName()).isEqualTo("ns-reports");
        assertThat(status.lastFailover()).as("the first master replaces nobody").isNull();
    }

    @Test
    void anEqualSituationMakesAnEqualStatusAtAnyTime() {
        var first = assemble(cache, of(set), THEN);

        assertThat(assemble(cache, of(set), LATER)).isEqualTo(first);
    }

    @Test
    void aReplicaThatGoesMissingLeavesRedisReady() {
        set.redis(2).stop();

        var starting = assemble(cache, of(set), THEN);
        assertThat(condition(starting, "RedisReady"))
                .returns("False", Condition::getStatus)
                .returns("ReplicaMissing", Condition::getReason);

        assemble(cache, of(SetOfPods.settled()), THEN);
        var later = assemble(cache, of(set), LATER);
        assertThat(condition(later, "RedisReady")).returns("True", Condition::getStatus);
        assertThat(condition(later, "Degraded"))
                .returns("True", Condition::getStatus)
                .returns("ReplicaMissing", Condition::getReason);
        assertThat(condition(later, "Ready")).returns("True", Condition::getStatus);
    }

    @Test
    void whoWasMasterLastIsKnownWhileNobodyIs() {
        assemble(cache, of(set), THEN);
        set.redis(0).stop();

        var status = assemble(cache, of(set), LATER);

        assertThat(status.redis())
                .isEqualTo(new RedisStatus(3, 2, "2/3", null, "reports-redis-0", "2026-01-01T00:00:00Z", "8.0.2"));
        assertThat(condition(status, "Ready"))
                .returns("RedisNotReady", Condition::getReason)
                .satisfies(it -> assertThat(it.getMessage()).contains("reports-redis-0"));
        assertThat(status.lastFailover()).isNull();
    }

    @Test
    void aFailoverThatNobodyAskedForIsDetected() {
        assemble(cache, of(set), THEN);
        set.redis(0).stop();
        assemble(cache, of(set), THEN);
        failOver(set);
        set.redis(0).stop();

        var status = assemble(cache, of(set), LATER);

        assertThat(status.lastFailover())
                .isEqualTo(
                        new FailoverStatus("2026-01-01T01:00:00Z", "Detected", "reports-redis-0", "reports-redis-1"));
        assertThat(requireNonNull(status.redis()).masterSince()).isEqualTo("2026-01-01T01:00:00Z");
        assertThat(assemble(cache, of(set), LATER.plusSeconds(60)).lastFailover())
                .as("it is told once")
                .isEqualTo(status.lastFailover());
    }

    @Test
    void aSwitchByTheOperatorIsPlanned() {
        assemble(cache, of(set), THEN);
        failOver(set);

        assertThat(assemble(cache, planned(set), LATER).lastFailover())
                .isEqualTo(new FailoverStatus("2026-01-01T01:00:00Z", "Planned", "reports-redis-0", "reports-redis-1"));
    }

    @Test
    void soIsOneWhosePodIsGoneByThen() {
        assemble(cache, of(set), THEN);
        failOver(set);
        set.redises.removeFirst();

        assertThat(assemble(cache, of(set), LATER).lastFailover())
                .isEqualTo(new FailoverStatus("2026-01-01T01:00:00Z", "Planned", "reports-redis-0", "reports-redis-1"));
    }

    @Test
    void aMasterThatHandsOverBecauseItsPodIsStoppedIsPlanned() {
        assemble(cache, of(set), THEN);
        failOver(set);
        set.redis(0).terminating = true;

        assertThat(assemble(cache, of(set), LATER).lastFailover())
                .returns("Planned", FailoverStatus::reason)
                .returns("reports-redis-0", FailoverStatus::from);
    }

    @Test
    void aMasterThatComesBackAsItWasIsNoFailover() {
        assemble(cache, of(set), THEN);
        set.redis(0).stop();
        assemble(cache, of(set), THEN);

        assertThat(assemble(cache, of(SetOfPods.settled()), LATER).redis())
                .returns("reports-redis-0", RedisStatus::master)
                .returns("2026-01-01T00:00:00Z", RedisStatus::masterSince);
        assertThat(cache.getStatus().lastFailover()).isNull();
    }

    // --- events

    @Test
    void aPlannedSwitchAndAFailoverAreToldOnceEach() {
        var planned = new FailoverStatus("t", "Planned", "a", "b");
        var detected = new FailoverStatus("t", "Detected", "a", "b");

        assertThat(Transitions.ofMaster(null, planned))
                .containsExactly(new Transitions.Note(
                        EventReason.MASTER_SWITCHED, "SwitchMaster", "b is master in place of a: a planned switch"));
        assertThat(Transitions.ofMaster(planned, detected))
                .containsExactly(new Transitions.Note(
                        EventReason.FAILOVER_DETECTED,
                        "Observe",
                        "b is master in place of a: the Sentinels found a down"));
        assertThat(Transitions.ofMaster(detected, detected)).isEmpty();
        assertThat(Transitions.ofMaster(null, null)).isEmpty();
    }

    @Test
    void whoAskedForASwitchIsAnsweredWhateverBecameOfIt() {
        assertThat(events(switchMaster(true), new Outcome.Done("done")))
                .containsExactly(note(EventReason.SWITCHOVER_ANSWERED, "SwitchMaster", "done"));
        assertThat(events(switchMaster(true), new Outcome.Failed("INPROG")))
                .containsExactly(note(EventReason.SWITCH_FAILED, "SwitchMaster", "INPROG"));
        assertThat(events(switchMaster(true), new Outcome.Stale("no longer master")))
                .containsExactly(note(EventReason.SWITCH_FAILED, "SwitchMaster", "no longer master"));
        assertThat(events(new Action.AnswerSwitchover("any", "refused"), new Outcome.Done("refused")))
                .containsExactly(note(EventReason.SWITCHOVER_ANSWERED, "AnswerSwitchover", "refused"));
    }

    @Test
    void aSwitchThatNobodyAskedForIsToldOnlyWhenItFails() {
        assertThat(events(switchMaster(false), new Outcome.Done("done"))).isEmpty();
        assertThat(events(switchMaster(false), new Outcome.Stale("changed"))).isEmpty();
        assertThat(events(switchMaster(false), new Outcome.Failed("INPROG")))
                .containsExactly(note(EventReason.SWITCH_FAILED, "SwitchMaster", "INPROG"));
    }

    @Test
    void anElectionAndARepairAreToldAndLabelsAreNot() {
        var ref = set.redis(1).ref();
        assertThat(events(new Action.Promote(ref, List.of(), "x"), new Outcome.Done("made master")))
                .containsExactly(note(EventReason.MASTER_ELECTED, "Promote", "made master"));
        assertThat(events(new Action.Follow(List.of(ref), "m", "10.0.0.0"), new Outcome.Done("made follow")))
                .containsExactly(note(EventReason.REPLICATION_REPAIRED, "Follow", "made follow"));
        assertThat(events(new Action.LabelRole(ref, "master"), new Outcome.Done("labelled")))
                .isEmpty();
    }

    @Test
    void aLostQuorumIsTold() {
        var before = assemble(cache, of(set), THEN).conditions();
        set.sentinels.forEach(pod -> pod.quorate = false);
        var after = assemble(cache, of(set), LATER).conditions();

        assertThat(Transitions.between(before, after, new Action.None(), of(set)))
                .extracting(Transitions.Note::reason)
                .containsExactly(EventReason.NO_QUORUM);
    }

    private List<Transitions.Note> events(Action action, Outcome outcome) {
        return Transitions.between(List.of(), List.of(), action, Situations.of(set.now(), set.plan(), outcome));
    }

    private static Transitions.Note note(EventReason reason, String action, String text) {
        return new Transitions.Note(reason, action, text);
    }

    private Action.SwitchMaster switchMaster(boolean asked) {
        return new Action.SwitchMaster(
                set.redis(0).ref(),
                Map.of(set.redis(1).address(), set.redis(1).ref()),
                Map.of(),
                List.of(),
                2,
                "ns-reports",
                "x",
                asked ? "any" : "",
                asked ? "!reports-redis-0" : "");
    }
}
