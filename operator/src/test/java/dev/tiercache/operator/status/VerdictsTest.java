package dev.tiercache.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.operator.act.Outcome;
import dev.tiercache.operator.crd.CacheDeploymentSpec;
import dev.tiercache.operator.observe.Examples;
import dev.tiercache.operator.observe.Observation;
import dev.tiercache.operator.observe.PodView;
import dev.tiercache.operator.observe.Resources;
import dev.tiercache.operator.observe.WorkloadView;
import dev.tiercache.operator.plan.PlanFixtures;
import dev.tiercache.operator.plan.Planner;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the conditions say of the API: whether it answers, and what is missing beside. */
class VerdictsTest {
    private static final CacheDeploymentSpec SPEC = Serialization.unmarshal("{}", CacheDeploymentSpec.class);
    private static final PodView READY = apiPod("reports-api-old", true, "");

    @ParameterizedTest
    @CsvSource({
        // replicas, ready, updated, observed generation of 5 -> ApiReady, Degraded, Progressing
        "2, 2, 2, 5, True,  AsSpecified,    Settled",
        "2, 1, 2, 5, True,  ReplicaMissing, RollingApi",
        "4, 2, 4, 5, True,  ReplicaMissing, RollingApi",
        "2, 2, 2, 4, True,  AsSpecified,    RollingApi",
        "2, 2, 1, 5, True,  AsSpecified,    RollingApi",
        "2, 0, 2, 5, False, AsSpecified,    RollingApi",
        "0, 0, 0, 5, True,  AsSpecified,    Settled",
    })
    void theApiIsReadyWhileAPodAnswersAndTheRestIsToldBeside(
            int wanted, int ready, int updated, long observed, String apiReady, String degraded, String progressing) {
        var scene = scene(deployment(wanted, ready, updated, observed), READY);

        assertThat(Verdicts.api(scene.now(), true).status()).isEqualTo(apiReady);
        assertThat(degraded(scene).reason()).isEqualTo(degraded);
        assertThat(Verdicts.progressing(scene, false, true).reason()).isEqualTo(progressing);
    }

    @Test
    void aStartEndsWhenAllPodsOfTheApiAreReady() {
        assertThat(Verdicts.api(scene(deployment(2, 1, 2, 5), READY).now(), false)
                        .status())
                .isEqualTo("False");
        assertThat(Verdicts.api(scene(deployment(2, 2, 2, 5), READY).now(), false)
                        .status())
                .isEqualTo("True");
    }

    @Test
    void theReplicaThatIsMissingIsNamed() {
        var scene = scene(deployment(2, 1, 2, 5), READY, apiPod("reports-api-new", false, "is starting"));

        assertThat(degraded(scene).message()).isEqualTo("1 of 2 API pods are ready: reports-api-new is starting");
    }

    @Test
    void aRolloutThatIsStuckIsNamedWhileTheOldPodsServe() {
        var stuck = apiPod("reports-api-new", false, "ErrImagePull: the node cannot pull service:9");
        var scene = scene(deployment(2, 2, 1, 5), READY, READY, stuck);
        String cause = "reports-api-new is in trouble: ErrImagePull: the node cannot pull service:9";

        assertThat(Verdicts.api(scene.now(), true).status()).isEqualTo("True");
        assertThat(degraded(scene))
                .isEqualTo(Verdict.yes("RolloutStuck", cause + "; the other API pods go on serving"));
        assertThat(Verdicts.progressing(scene, false, true))
                .isEqualTo(Verdict.yes("RollingApi", "the API pods are being rolled out, but " + cause));
    }

    @Test
    void everyConditionIsExplained() throws IOException {
        var explained = Files.readAllLines(Path.of("../docs/events.md")).stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split("`")[1])
                // One that says something else in each mode has a line for each.
                .distinct();
        var status = StatusAssembler.assemble(
                Examples.cache("{mode: Sentinel}"), scene(deployment(2, 2, 2, 5), READY), Instant.EPOCH);

        assertThat(explained)
                .containsExactlyElementsOf(
                        status.conditions().stream().map(Condition::getType).toList());
    }

    private static Verdict degraded(Situation situation) {
        return Verdicts.degraded(
                situation, SPEC, true, Verdicts.redis(situation.now()), Verdicts.api(situation.now(), true));
    }

    private static Situation scene(WorkloadView api, PodView... apiPods) {
        var settled = PlanFixtures.settled();
        var now = new Observation(
                settled.set(),
                List.of(settled.pod()),
                Map.of(settled.pod().uid(), settled.redis()),
                Set.of(),
                api,
                List.of(apiPods),
                true);
        return Situations.of(now, Planner.next(settled.wanted(), now), new Outcome.Nothing());
    }

    /** A Deployment of generation 5, as its controller reports it. */
    private static WorkloadView deployment(int wanted, int ready, int updated, long observed) {
        return WorkloadView.of(new DeploymentBuilder()
                .withNewMetadata()
                .withName("reports-api")
                .withGeneration(5L)
                .endMetadata()
                .withNewSpec()
                .withReplicas(wanted)
                .endSpec()
                .withNewStatus()
                .withObservedGeneration(observed)
                .withReplicas(wanted)
                .withReadyReplicas(ready)
                .withAvailableReplicas(ready)
                .withUpdatedReplicas(updated)
                .addNewCondition()
                .withType("Available")
                .withStatus(ready == wanted ? "True" : "False")
                .endCondition()
                .endStatus()
                .build());
    }

    private static PodView apiPod(String name, boolean ready, String trouble) {
        return new PodView(
                name,
                name,
                "10.0.0.2",
                true,
                ready,
                ready,
                false,
                trouble,
                "",
                "",
                "files",
                Resources.NONE,
                Resources.NONE,
                "");
    }
}
