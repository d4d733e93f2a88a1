package dev.tiercache.operator.status;

import static dev.tiercache.operator.plan.PlanFixtures.CLIENT;
import static dev.tiercache.operator.plan.PlanFixtures.answer;
import static dev.tiercache.operator.plan.PlanFixtures.config;
import static dev.tiercache.operator.plan.PlanFixtures.pod;
import static dev.tiercache.operator.plan.PlanFixtures.resources;
import static dev.tiercache.operator.plan.PlanFixtures.settled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.operator.act.Outcome;
import dev.tiercache.operator.crd.CacheDeployment;
import dev.tiercache.operator.crd.CacheDeploymentStatus;
import dev.tiercache.operator.observe.Examples;
import dev.tiercache.operator.observe.Observation;
import dev.tiercache.operator.observe.PodView;
import dev.tiercache.operator.observe.RedisAnswer;
import dev.tiercache.operator.observe.WorkloadView;
import dev.tiercache.operator.plan.PlanFixtures;
import dev.tiercache.operator.plan.Planner;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StatusAssemblerTest {
    private static final Instant THEN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant LATER = Instant.parse("2026-01-01T01:00:00Z");

    private final PlanFixtures.Scene settled = settled();
    private final CacheDeployment cache = Examples.cache("{}");

    @Test
    void aSettledResourceIsReadyAndSaysWhere() {
        var status = assemble(of(settled));

        assertThat(condition(status, "Ready"))
                .returns("True", Condition::getStatus)
                .returns("AllReady", Condition::getReason);
        assertThat(condition(status, "Progressing").getStatus()).isEqualTo("False");
        assertThat(status.redis())
                .isEqualTo(new CacheDeploymentStatus.RedisStatus(1, 1, "1/1", "reports-redis-0", null, null, "8.0.2"));
        assertThat(status.effective()).isEqualTo(new CacheDeploymentStatus.EffectiveStatus("512Mi", "832Mi"));
        assertThat(status.endpoints())
                .isEqualTo(new CacheDeploymentStatus.EndpointsStatus(
                        "reports-redis.ns.svc:6379", null, null, "http://reports-api.ns.svc:8000"));
    }

    @Test
    void everyConditionSpeaksOfThePresentGenerationOnOneLine() {
        var refused = situation(settled, "", "a\nb");

        assertThat(assemble(refused).conditions()).allSatisfy(condition -> {
            assertThat(condition.getObservedGeneration()).isEqualTo(7);
            assertThat(condition.getMessage()).doesNotContain("\n");
            assertThat(condition.getReason()).matches("[A-Z][A-Za-z0-9]+");
        });
    }

    @Test
    void anEqualSituationMakesAnEqualStatusAtAnyTime() {
        var first = assemble(of(settled));
        cache.setStatus(first);

        assertThat(StatusAssembler.assemble(cache, of(settled), LATER)).isEqualTo(first);
    }

    @Test
    void theTransitionTimeMovesOnlyWithTheStatus() {
        cache.setStatus(assemble(of(settled)));

        var after = StatusAssembler.assemble(cache, of(settled.with(unreachable())), LATER);

        assertThat(condition(after, "RedisReady").getLastTransitionTime()).isEqualTo(LATER.toString());
        assertThat(condition(after, "ApiReady").getLastTransitionTime()).isEqualTo(THEN.toString());
    }

    @Test
    void aRedisThatDoesNotAnswerIsNamedWithTheCause() {
        var status = assemble(of(settled.with(unreachable())));

        assertThat(condition(status, "Ready").getMessage())
                .isEqualTo("reports-redis-0 does not answer: Connection refused");
        assertThat(condition(status, "ConfigApplied").getStatus()).isEqualTo("Unknown");
        assertThat(condition(status, "Degraded").getReason()).isEqualTo("L1Only");
    }

    @Test
    void theTroubleOfThePodReachesTheMessage() {
        var pod = settled.pod();
        var stuck = new PodView(
                pod.name(),
                pod.uid(),
                "",
                true,
                false,
                false,
                false,
                "ErrImagePull: the node cannot pull x:1",
                pod.restartHash(),
                "",
                "",
                pod.wanted(),
                pod.allotted(),
                "");

        assertThat(condition(assemble(of(settled.with(stuck).with(new RedisAnswer.NotAsked()))), "RedisReady"))
                .returns("ErrImagePull", Condition::getReason)
                .satisfies(condition -> assertThat(condition.getMessage())
                        .contains("reports-redis-0")
                        .contains("cannot pull x:1"));
    }

    @Test
    void loadingIsNotReadyAndSaysSo() {
        assertThat(condition(assemble(of(settled.with(answer(512, Map.of(), CLIENT, true, "")))), "RedisReady"))
                .returns("False", Condition::getStatus)
                .returns("Loading", Condition::getReason);
    }

    @Test
    void dataThatCannotBeSavedAreADegradation() {
        var failing = settled.with(answer(512, Map.of("hz", "10"), CLIENT, false, "aof_last_write_status is err"));

        assertThat(condition(assemble(of(failing)), "Degraded"))
                .returns("PersistenceFailing", Condition::getReason)
                .satisfies(it -> assertThat(it.getMessage()).contains("reports-redis-0"));
    }

    @Test
    void aRejectedKeyIsNamed() {
        var changed = settled.with(config(settled.wanted(), Map.of("hz", "50")));
        var situation = new Situation(
                changed.now(),
                changed.plan(),
                new Outcome.ConfigRejected(Map.of("hz", "ERR out of range")),
                List.of(),
                List.of(),
                "",
                Map.of("timeout", "value 'x': expected an integer"),
                null,
                false,
                false,
                List.of());

        assertThat(condition(assemble(situation), "Ready"))
                .returns("ConfigRejected", Condition::getReason)
                .satisfies(it -> assertThat(it.getMessage())
                        .contains("hz (ERR out of range)")
                        .contains("timeout (value 'x'"));
    }

    @Test
    void aRestartThatIsHeldSaysWhy() {
        var old = settled.with(pod(resources(832), resources(832), "old", true, false))
                .with(answer(512, Map.of(), CLIENT, true, ""));

        assertThat(condition(assemble(of(old)), "ConfigApplied"))
                .returns("RestartRequired", Condition::getReason)
                .satisfies(it -> assertThat(it.getMessage()).contains("when it has loaded its data"));
    }

    @Test
    void aMissingSecretIsTheReasonAlsoWhileRedisServes() {
        var situation = new Situation(
                settled.now(),
                settled.plan(),
                new Outcome.Nothing(),
                List.of(),
                List.of(),
                "",
                Map.of(),
                new Situation.Problem("SecretNotFound", "Secret mine does not exist"),
                false,
                false,
                List.of());

        var status = assemble(situation);
        assertThat(condition(status, "Ready")).returns("SecretNotFound", Condition::getReason);
        assertThat(condition(status, "RedisReady")).returns("True", Condition::getStatus);
    }

    @Test
    void anObjectOfSomebodyElseIsNamed() {
        assertThat(condition(assemble(situation(settled, "Service reports-redis", "")), "Ready"))
                .returns("NameConflict", Condition::getReason)
                .satisfies(it -> assertThat(it.getMessage()).contains("Service reports-redis"));
    }

    @Test
    void anObjectThatTheServerRefusedIsNamedWithItsMessage() {
        assertThat(condition(assemble(situation(settled, "", "ConfigMap reports-api: exceeded quota")), "Ready"))
                .returns("ObjectRefused", Condition::getReason)
                .satisfies(it -> assertThat(it.getMessage()).contains("exceeded quota"));
    }

    @Test
    void anApiPodThatCannotStartIsNamed() {
        var broken = new Observation(
                settled.set(),
                List.of(settled.pod()),
                Map.of("uid", settled.redis()),
                Set.of(),
                new WorkloadView("reports-api", 2, 2, 0, false, "", ""),
                List.of(new PodView(
                        "reports-api-y",
                        "y",
                        "",
                        true,
                        false,
                        false,
                        false,
                        "CrashLoopBackOff: exit code 1",
                        "",
                        "",
                        "files",
                        settled.api().wanted(),
                        settled.api().wanted(),
                        "")),
                true);
        var situation = Situations.of(broken, Planner.next(settled.wanted(), broken), new Outcome.Nothing());

        assertThat(condition(assemble(situation), "ApiReady"))
                .returns("CrashLoopBackOff", Condition::getReason)
                .satisfies(it -> assertThat(it.getMessage()).contains("reports-api-y"));
    }

    @Test
    void anApiThatIsNotWantedHasNoCondition() {
        var redisOnly = Examples.cache("{api: {mode: Disabled}}");

        var status = StatusAssembler.assemble(redisOnly, of(settled), THEN);

        assertThat(status.conditions()).extracting(Condition::getType).doesNotContain("ApiReady");
        assertThat(status.api()).isNull();
    }

    @Test
    void aSuspendedResourceTellsWhatWaits() {
        var suspended = Examples.cache("{suspend: true}");
        var situation = new Situation(
                settled.now(),
                settled.plan(),
                new Outcome.Nothing(),
                List.of(),
                List.of(),
                "",
                Map.of(),
                null,
                false,
                false,
                List.of("StatefulSet reports-redis"));

        var status = StatusAssembler.assemble(suspended, situation, THEN);

        assertThat(condition(status, "Paused")).returns("True", Condition::getStatus);
        assertThat(condition(status, "Ready"))
                .returns("Suspended", Condition::getReason)
                .satisfies(it -> assertThat(it.getMessage()).contains("StatefulSet reports-redis"));
        assertThat(condition(status, "Progressing")).returns("False", Condition::getStatus);
    }

    @Test
    void riskySettingsAreWarnedOf() {
        var tight = Examples.cache(
                "{redis: {persistence: {mode: AppendOnly, volume: {size: 1Gi}}, memory: {maxMemory: 1Gi}}}");
        var volatileKeys = Examples.cache("{redis: {memory: {evictionPolicy: volatile-lru}}}");

        assertThat(condition(StatusAssembler.assemble(tight, of(settled), THEN), "ConfigurationWarning"))
                .returns("VolumeTooSmall", Condition::getReason);
        assertThat(condition(StatusAssembler.assemble(volatileKeys, of(settled), THEN), "ConfigurationWarning"))
                .returns("VolatilePolicyWithoutTtl", Condition::getReason);
    }

    @Test
    void aFailedReconciliationKeepsWhatIsKnownAndSaysWhatHappened() {
        cache.setStatus(assemble(of(settled)));

        var failed = StatusAssembler.failed(cache, "IllegalStateException: x", LATER);

        assertThat(condition(failed, "Ready")).returns("ReconcileFailed", Condition::getReason);
        assertThat(condition(failed, "RedisReady")).returns("True", Condition::getStatus);
        assertThat(failed.redis()).isEqualTo(cache.getStatus().redis());
    }

    private CacheDeploymentStatus assemble(Situation situation) {
        return StatusAssembler.assemble(cache, situation, THEN);
    }

    private static Situation of(PlanFixtures.Scene scene) {
        return situation(scene, "", "");
    }

    private static Situation situation(PlanFixtures.Scene scene, String foreign, String refused) {
        return new Situation(
                scene.now(),
                scene.plan(),
                new Outcome.Nothing(),
                refused.isEmpty() ? List.of() : List.of(refused),
                foreign.isEmpty() ? List.of() : List.of(foreign),
                "",
                Map.of(),
                null,
                false,
                false,
                List.of());
    }

    private static RedisAnswer unreachable() {
        return new RedisAnswer.Unreachable("Connection refused");
    }

    private static Condition condition(CacheDeploymentStatus status, String type) {
        return status.conditions().stream()
                .filter(condition -> condition.getType().equals(type))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no condition " + type + " in " + status.conditions()));
    }
}
