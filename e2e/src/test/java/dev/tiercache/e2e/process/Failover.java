package dev.tiercache.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.e2e.ledger.LedgerSummary;
import dev.tiercache.operator.observe.Consensus;
import dev.tiercache.operator.observe.Observation;
import dev.tiercache.operator.observe.PodView;
import dev.tiercache.operator.observe.RedisAnswer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One set of pods as processes, the operator that looks after it, and a ledger of what Redis acknowledges: set up, ready,
 * with writes flowing, for a test that then breaks something.
 */
final class Failover implements AutoCloseable {
    /** Short times, so that a test of a failure takes seconds. */
    static final String SENTINEL = "sentinel: {downAfterMillis: 1500, failoverTimeoutSeconds: 6}";

    static final String DURABLE =
            "{mode: Sentinel, redis: {memory: {maxMemory: 64Mi}}, " + SENTINEL + ", api: {mode: Disabled}}";

    static final String SAFE = "{mode: Sentinel, redis: {memory: {maxMemory: 64Mi},"
            + " replicationSafety: {minReplicasToWrite: 1, maxLagSeconds: 2}}, " + SENTINEL
            + ", api: {mode: Disabled}}";

    static final String IN_MEMORY = "{mode: Sentinel, redis: {memory: {maxMemory: 64Mi},"
            + " persistence: {mode: Disabled}}, " + SENTINEL + ", api: {mode: Disabled}}";

    /** Writes of a fifth of a second: what a master that dies may have acknowledged before its replicas have it. */
    static final long WRITES_OF_A_MOMENT = 40;

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern UNFIT = Pattern.compile("slave-priority\\R0\\R");

    final PodProcesses pods;
    ProcessOperator operator;
    final LedgerRun ledger;

    private Failover(PodProcesses pods, ProcessOperator operator, LedgerRun ledger) {
        this.pods = pods;
        this.operator = operator;
        this.ledger = ledger;
    }

    /** A test with a set of pods of its own; what they said is printed if it fails. */
    interface Trial {
        void run(Failover it) throws IOException;
    }

    /** Runs a test. */
    static void in(String spec, Trial trial) {
        try (Failover it = start(spec)) {
            try {
                trial.run(it);
            } catch (RuntimeException | AssertionError failed) {
                System.err.println(it.done() + "\n" + it.pods.logs());
                throw failed;
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    /** Starts all and waits until it is well and writes flow. */
    static Failover start(String spec) {
        PodProcesses pods = PodProcesses.of(spec);
        ProcessOperator operator = new ProcessOperator(pods);
        try {
            pods.startAll();
            operator.start();
            awaitWell(pods, operator);
            LedgerRun ledger = LedgerRun.at(
                    Map.of("LEDGER_PASSWORD", "client-pass", "LEDGER_SENTINEL_PASSWORD", "client-pass"),
                    pods.url(),
                    "--client-timeout-millis",
                    "20000");
            ledger.flows(200);
            return new Failover(pods, operator, ledger);
        } catch (RuntimeException | AssertionError failure) {
            System.err.println(operator.done() + "\n" + pods.logs());
            operator.close();
            pods.close();
            throw failure;
        }
    }

    /** Waits until there is one master, all others have its data, all Sentinels agree and the labels say so. */
    void awaitWell() {
        awaitWell(pods, operator);
    }

    private static void awaitWell(PodProcesses pods, ProcessOperator operator) {
        try {
            await("one master with its replicas, and Sentinels that agree")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> isWell(pods, operator));
        } catch (RuntimeException late) {
            System.err.println(operator.done() + "\n" + operator.step() + "\n" + pods.logs());
            throw late;
        }
    }

    private static boolean isWell(PodProcesses pods, ProcessOperator operator) {
        Observation now = operator.observe();
        Consensus say = Consensus.of(now, pods.sentinels().size());
        PodView master = say.master(now);
        long following = now.redisPods().stream().filter(now::following).count();
        return master != null
                && !say.down()
                && !say.failover()
                && say.votes().getOrDefault(master.ip(), 0) == pods.sentinels().size()
                && say.quorate() == pods.sentinels().size()
                && following == pods.redises().size() - 1
                && operator.roles().values().stream().filter("master"::equals).count() == 1
                && "master".equals(operator.roles().get(master.name()));
    }

    /** Asks for a switch, has the operator die with one of the commands that it takes, and another one go on. */
    void switchWhoseOperatorDiesAfter(String word, int times) {
        operator.lifeline().breakAfter(word, times);
        operator.ask("any");
        await("the operator sends " + word).atMost(PATIENCE).until(() -> {
            if (operator.asked().isEmpty() && !operator.lifeline().isBroken()) {
                // No replica was fit just then.
                operator.lifeline().breakAfter(word, times);
                operator.ask("any");
            }
            return operator.lifeline().isBroken();
        });
        ProcessOperator dead = operator;
        dead.stop();
        operator = dead.successor().start();
        dead.close();
        await("the wish for a switch is answered")
                .atMost(PATIENCE)
                .until(() -> operator.asked().isEmpty());
    }

    /** The pod that a majority of the Sentinels names and that says so itself. */
    PodProcess master() {
        PodView master = present();
        if (master == null) {
            throw new AssertionError("there is no master: " + operator.done() + "\n" + pods.logs());
        }
        return pods.pod(master.name());
    }

    /** One of the other pods with Redis. */
    PodProcess replicaOf(PodProcess master) {
        return pods.all().stream()
                .filter(pod -> !pod.isSentinel() && !pod.equals(master))
                .findFirst()
                .orElseThrow();
    }

    /** Asks for another master until there is one: a wish is answered, but not kept, if no replica is fit just then. */
    PodProcess switchesFrom(PodProcess former) {
        operator.ask("any");
        await("the wish for a switch is kept").atMost(PATIENCE).until(() -> {
            PodView master = present();
            boolean same = master != null && master.name().equals(former.name());
            if (same && operator.asked().isEmpty()) {
                operator.ask("any");
            }
            return master != null && !same;
        });
        return master();
    }

    /** Waits until another pod is master. */
    PodProcess awaitMasterOtherThan(PodProcess former) {
        try {
            await("another master than " + former.name()).atMost(PATIENCE).until(() -> {
                PodView master = present();
                return master != null && !master.name().equals(former.name());
            });
        } catch (ConditionTimeoutException late) {
            throw new AssertionError(operator.done() + "\n" + operator.step() + "\n" + pods.logs(), late);
        }
        return master();
    }

    /** Waits until a Sentinel finds the master down; it needs others to agree before it replaces it. */
    void awaitDown() {
        awaitThatASentinelSays("+sdown master ");
    }

    /** Waits until a Sentinel carries out a failover; only a moment later another master is named. */
    void awaitFailover() {
        awaitThatASentinelSays("+try-failover master ");
    }

    /** Waits until writes have been made to wait at the master, for the first time. */
    void awaitPausedWrites(PodProcess master) {
        String rights = pods.credentials().operator();
        await("CLIENT PAUSE")
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() ->
                        master.cli("operator", rights, "INFO", "commandstats").contains("cmdstat_client|pause:"));
    }

    /** Stops a process for so long, as a node that is short of CPU does. */
    void freezeFor(PodProcess pod, Duration time) {
        pod.freeze();
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            pod.thaw();
        }
    }

    /** Waits until a Sentinel distrusts its clock, and does nothing for half a minute. */
    void awaitTilt() {
        awaitThatASentinelSays("+tilt");
    }

    /** Has the Sentinels see no replica that may become master. */
    void makeUnfit() {
        prioritize("0");
        String rights = pods.credentials().operator();
        await("the Sentinels see that no replica may become master")
                .atMost(PATIENCE)
                .until(() -> pods.sentinels().stream()
                        .map(pods::pod)
                        .map(sentinel -> sentinel.cli("operator", rights, "SENTINEL", "REPLICAS", "ns-reports"))
                        .allMatch(replicas -> UNFIT.matcher(replicas).results().count() == 2));
    }

    /** Waits until each Sentinel asks the Redis pods as often as usual. */
    void awaitThatNoSentinelIsHurried() {
        await("no Sentinel is hurried").atMost(PATIENCE).until(() -> {
            Observation now = operator.observe();
            return now.sentinelPods().stream()
                    .map(now::answer)
                    .allMatch(sentinel -> sentinel instanceof RedisAnswer.Watching it && !it.hurried());
        });
    }

    /** From now on every replica may become master; the Sentinels see it when they look. */
    void makeFit() {
        prioritize("100");
    }

    private void prioritize(String priority) {
        pods.redises().stream()
                .map(pods::pod)
                .filter(PodProcess::isRunning)
                .forEach(pod -> operator.set(pod, Map.of("replica-priority", priority)));
    }

    /** Waits until a Sentinel has given a failover up because it found no replica fit. */
    void awaitThatNoReplicaIsFit() {
        awaitThatASentinelSays("-failover-abort-no-good-slave master ");
    }

    private void awaitThatASentinelSays(String event) {
        await(event)
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> pods.sentinels().stream()
                        .anyMatch(name -> pods.pod(name).log().contains(event)));
    }

    private @Nullable PodView present() {
        Observation now = operator.observe();
        return Consensus.of(now, pods.sentinels().size()).master(now);
    }

    /** Waits for more writes, ends the ledger, and expects that no write failed, was wrong, or was taken by two masters. */
    LedgerSummary judge() {
        ledger.flows(200);
        awaitWell();
        LedgerSummary summary = ledger.stop();
        assertThat(summary.failed()).as("failed: %s", summary.firstErrors()).isZero();
        assertThat(LedgerRun.audit(summary).complete()).isTrue();
        assertThat(summary.twoMasters().overlapping()).isZero();
        return summary;
    }

    /** Expects that nothing that was acknowledged is missing. */
    static void nothingIsLost(LedgerSummary summary) {
        assertThat(LedgerRun.audit(summary).lost())
                .as("lost writes: %s", LedgerRun.audit(summary).windows())
                .isZero();
    }

    List<String> done() {
        return operator.done();
    }

    @Override
    public void close() {
        ledger.close();
        operator.close();
        pods.close();
    }
}
