package dev.tiercache.operator.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.operator.crd.CacheDeployment;
import dev.tiercache.operator.desired.Credentials;
import dev.tiercache.operator.desired.Desired;
import dev.tiercache.operator.leader.Leadership;
import dev.tiercache.operator.metrics.OperatorMetrics;
import dev.tiercache.operator.observe.DeletedPods;
import dev.tiercache.operator.observe.Examples;
import dev.tiercache.operator.observe.Observation;
import dev.tiercache.operator.observe.RedisAnswer;
import dev.tiercache.operator.observe.RedisConnections;
import dev.tiercache.operator.observe.RedisProbe;
import dev.tiercache.operator.observe.RedisServer;
import dev.tiercache.operator.observe.RedisTarget;
import dev.tiercache.operator.observe.RedisUser;
import dev.tiercache.operator.observe.RedisWatch;
import dev.tiercache.operator.observe.Resources;
import dev.tiercache.operator.plan.Action;
import dev.tiercache.operator.plan.Differences;
import dev.tiercache.operator.plan.PlanFixtures;
import dev.tiercache.operator.plan.Wanted;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Actions, and the watch that sees what came of them, against a real redis-server. */
class ExecutorProcessIT {
    private static final ResourceID OWNER = new ResourceID("reports", "ns");

    @TempDir
    Path directory;

    private final Leadership leadership = Leadership.alone();
    private final OperatorMetrics metrics = new OperatorMetrics(leadership);
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final RedisWatch watch = new RedisWatch(Duration.ofSeconds(1), metrics);
    /** No action of these tests talks to a cluster. */
    private final KubernetesClient client = new KubernetesClientBuilder().build();

    private final Executor executor = new Executor(client, watch, new DeletedPods(), leadership, metrics);
    private RedisServer redis;
    private RedisTarget target;
    private Action.PodRef pod;

    @BeforeEach
    void start() throws Exception {
        redis = RedisServer.start(directory, Examples.desired("{}").acl().render());
        target = redis.target("operator", "operator-secret");
        pod = new Action.PodRef(target.podName(), target.podUid());
        watch.setEventHandler(events::add);
        watch.track(OWNER, List.of(target));
    }

    @AfterEach
    void stop() throws Exception {
        watch.close();
        metrics.close();
        client.close();
        redis.close();
    }

    @Test
    void parametersAreSetAndSeenAtOnce() {
        var outcome = executor.execute(
                "ns", "reports", new Action.SetConfig(pod, Map.of("maxmemory", "104857600", "hz", "37"), Map.of()));

        assertThat(outcome).isInstanceOf(Outcome.Done.class);
        assertThat(answering().config()).containsEntry("maxmemory", "104857600").containsEntry("hz", "37");
    }

    @Test
    void aParameterThatRedisRejectsIsNamedAndTheOthersAreSet() {
        var outcome = executor.execute(
                "ns", "reports", new Action.SetConfig(pod, Map.of("hz", "many", "timeout", "60"), Map.of()));

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.ConfigRejected.class,
                        it -> assertThat(it.rejected()).containsOnlyKeys("hz"));
        assertThat(answering().config()).containsEntry("timeout", "60");
    }

    @Test
    void aDefaultThatRedisDoesNotTakeIsNoFailureAndIsRemembered() {
        var outcome = executor.execute("ns", "reports", new Action.SetConfig(pod, Map.of(), Map.of("hz", "many")));

        assertThat(outcome).isInstanceOf(Outcome.Done.class);
        assertThat(watch.refused(pod.uid())).containsExactly("hz many");
    }

    @Test
    void everyLiveKeyThatTheOperatorRendersIsTakenByRedis() {
        var config = Examples.desired("{}").redisConfig();

        assertThat(executor.execute("ns", "reports", new Action.SetConfig(pod, config.live(), Map.of())))
                .isInstanceOf(Outcome.Done.class);
        assertThat(Differences.between(
                                new Wanted("", config.live(), Map.of(), Map.of(), List.of(), Resources.NONE, ""),
                                observed())
                        .config())
                .isEmpty();
    }

    @Test
    void aPasswordIsChangedWithoutAMomentInWhichNeitherWorks() {
        var changed = new Credentials("next-secret", "operator-secret", "exporter-secret");

        executor.execute("ns", "reports", new Action.SetUsers(pod, users(Examples.desired("{}", changed)), true));
        assertThat(canLogIn("client-secret")).isTrue();
        assertThat(canLogIn("next-secret")).isTrue();

        executor.execute("ns", "reports", new Action.SetUsers(pod, users(Examples.desired("{}", changed)), false));
        assertThat(canLogIn("client-secret")).isFalse();
        assertThat(canLogIn("next-secret")).isTrue();
        assertThat(answering().users().values())
                .containsExactlyInAnyOrderElementsOf(users(Examples.desired("{}", changed)));
    }

    @Test
    void theOperatorItselfGetsANewPasswordOverItsOwnConnection() {
        answering();
        var changed = new Credentials("client-secret", "next-operator", "exporter-secret");

        executor.execute("ns", "reports", new Action.SetUsers(pod, users(Examples.desired("{}", changed)), false));
        watch.track(OWNER, List.of(redis.target("operator", "next-operator")));

        assertThat(new RedisProbe(new RedisConnections(_ -> {}, _ -> {}), Duration.ofSeconds(2))
                        .ask(redis.target("operator", "next-operator")))
                .isInstanceOf(RedisAnswer.Answering.class);
        answering();
    }

    @Test
    void aFrozenRedisMakesAnActionFailWithinItsDeadline() throws Exception {
        answering();
        redis.freeze();

        long start = System.nanoTime();
        var outcome = executor.execute("ns", "reports", new Action.SetConfig(pod, Map.of("hz", "20"), Map.of()));

        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void aPodThatIsNotWatchedAnyMoreIsLeftAlone() {
        watch.track(OWNER, List.of());

        assertThat(executor.execute("ns", "reports", new Action.SetConfig(pod, Map.of("hz", "20"), Map.of())))
                .isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void theReconcilerIsWokenOnceForEachChangeAndNotForRepetitions() throws Exception {
        answering();
        assertThat(events.poll(5, TimeUnit.SECONDS)).isNotNull();
        assertThat(events.poll(2_500, TimeUnit.MILLISECONDS))
                .as("an equal answer")
                .isNull();

        redis.kill();
        assertThat(events.poll(5, TimeUnit.SECONDS)).as("it is gone").isNotNull();
        assertThat(watch.lastAnswer(pod.uid())).isInstanceOf(RedisAnswer.Unreachable.class);

        redis.restart();
        assertThat(events.poll(5, TimeUnit.SECONDS)).as("it is back").isNotNull();
        answering();
    }

    @Test
    void whatADeletedResourceOwnedIsAskedNoMore() {
        answering();
        var cache = new CacheDeployment();
        cache.getMetadata().setNamespace("ns");
        cache.getMetadata().setName("reports");

        watch.onResourceDeleted(cache);

        assertThat(watch.lastAnswer(pod.uid())).isInstanceOf(RedisAnswer.NotAsked.class);
    }

    private Observation observed() {
        var scene = PlanFixtures.settled().with((RedisAnswer) answering());
        return scene.now();
    }

    private RedisAnswer.Answering answering() {
        return (RedisAnswer.Answering) Awaitility.await()
                .atMost(Duration.ofSeconds(15))
                .until(() -> watch.lastAnswer(pod.uid()), RedisAnswer.Answering.class::isInstance);
    }

    private boolean canLogIn(String password) {
        try (var connections = new RedisConnections(_ -> {}, _ -> {})) {
            connections.to(redis.target("default", password), Duration.ofSeconds(5));
            return true;
        } catch (RedisConnections.RedisFailure failure) {
            assertThat(failure.refused()).as(failure.getMessage()).isTrue();
            return false;
        }
    }

    private static List<RedisUser> users(Desired desired) {
        return desired.acl().render().lines().map(RedisUser::parse).toList();
    }
}
