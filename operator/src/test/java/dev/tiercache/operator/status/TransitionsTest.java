package dev.tiercache.operator.status;

import static dev.tiercache.operator.plan.PlanFixtures.CLIENT;
import static dev.tiercache.operator.plan.PlanFixtures.answer;
import static dev.tiercache.operator.plan.PlanFixtures.config;
import static dev.tiercache.operator.plan.PlanFixtures.settled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.operator.act.Outcome;
import dev.tiercache.operator.plan.Action;
import dev.tiercache.operator.plan.PlanFixtures;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TransitionsTest {
    private static final Action.PodRef POD = new Action.PodRef("reports-redis-0", "uid");

    @Test
    void whatWasNeverTrueIsNoNewsWhenItIsFalse() {
        assertThat(reasons(List.of(), List.of(condition("Ready", "False", "RedisNotReady"))))
                .isEmpty();
    }

    @Test
    void becomingReadyAndCeasingToBeAreToldOnce() {
        var ready = List.of(condition("Ready", "True", "AllReady"));
        var not = List.of(condition("Ready", "False", "RedisNotReady"));

        assertThat(reasons(not, ready)).containsExactly("Ready");
        assertThat(reasons(ready, not)).containsExactly("NotReady");
        assertThat(reasons(ready, ready)).isEmpty();
        assertThat(reasons(not, not)).isEmpty();
    }

    @Test
    void aMissingSecretIsAWarning() {
        var notes = Transitions.between(
                List.of(),
                List.of(condition("CredentialsInSync", "False", "SecretNotFound")),
                new Action.None(),
                situation(settled(), new Outcome.Nothing()));

        assertThat(notes).singleElement().satisfies(note -> {
            assertThat(note.reason()).isEqualTo(EventReason.SECRET_NOT_FOUND);
            assertThat(note.reason().isWarning()).isTrue();
        });
    }

    @Test
    void suspendingAndResumingAreTold() {
        var paused = List.of(condition("Paused", "True", "Suspended"));
        var running = List.of(condition("Paused", "False", "NotSuspended"));

        assertThat(reasons(running, paused)).containsExactly("Suspended");
        assertThat(reasons(paused, running)).containsExactly("Resumed");
        assertThat(reasons(List.of(), running)).isEmpty();
    }

    @Test
    void onlyTheLastStepOfAChangeOfConfigurationIsTold() {
        var set = new Action.SetConfig(POD, Map.of("hz", "50"), Map.of());
        var done = new Outcome.Done("set hz on reports-redis-0");
        var arrived = settled()
                .with(config(settled().wanted(), Map.of("hz", "50")))
                .with(answer(512, Map.of("hz", "50", "timeout", "0"), CLIENT, false, ""));
        var onTheWay = settled().with(config(settled().wanted(), Map.of("hz", "50")));

        assertThat(Transitions.between(List.of(), List.of(), set, situation(onTheWay, done)))
                .isEmpty();
        assertThat(Transitions.between(List.of(), List.of(), set, situation(arrived, done)))
                .extracting(Transitions.Note::reason)
                .containsExactly(EventReason.CONFIG_CHANGED);
    }

    @Test
    void aFailedActionIsNoEvent() {
        assertThat(Transitions.between(
                        List.of(),
                        List.of(),
                        new Action.RestartPod(POD, "x"),
                        situation(settled(), new Outcome.Failed("y"))))
                .isEmpty();
    }

    private static List<String> reasons(List<Condition> before, List<Condition> after) {
        return Transitions.between(before, after, new Action.None(), situation(settled(), new Outcome.Nothing()))
                .stream()
                .map(note -> note.reason().toString())
                .toList();
    }

    private static Situation situation(PlanFixtures.Scene scene, Outcome outcome) {
        return Situations.of(scene.now(), scene.plan(), outcome);
    }

    private static Condition condition(String type, String status, String reason) {
        return new ConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(type + " " + reason)
                .build();
    }
}
