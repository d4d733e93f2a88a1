package dev.tiercache.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.e2e.ledger.LedgerSummary;
import java.time.Duration;

/** Another pod is to be master: a switch that is asked for, or a master that is stopped. Nothing is lost by it. */
enum PlannedChange implements Disturbance {
    SWITCH("a switch that is asked for") {
        @Override
        public void disturb(Failover it) {
            it.switchesFrom(it.master());
        }
    },
    SWITCH_OUT_OF_STEP("a switch that is asked for, after a replica was away for a while") {
        @Override
        public void disturb(Failover it) {
            PodProcess former = it.master();
            PodProcess replica = it.replicaOf(former);
            replica.terminate();
            // Sentinels ask a replica every 10 s: after so long, this one at other times than the other.
            it.ledger.flows(WRITES_OF_11_SECONDS);
            replica.start();
            it.awaitWell();
            it.switchesFrom(former);
        }
    },
    SWITCH_TILTED("a switch that is asked for, while a Sentinel does nothing since it was held up (TILT)") {
        @Override
        public void disturb(Failover it) {
            it.freezeFor(it.pods.pod(it.pods.sentinels().getFirst()), TILTED);
            it.awaitTilt();
            it.switchesFrom(it.master());
        }
    },
    SWITCH_AND_SENTINEL_TILTS(
            "a switch that is asked for, and the Sentinel that is told is held up for 2.5 s and then does nothing (TILT)",
            "0 lost, 0 failed, gap well below the 30 s of TILT") {
        @Override
        public void disturb(Failover it) {
            PodProcess former = it.master();
            it.operator.lifeline().before("FAILOVER", sentinel -> it.freezeFor(sentinel, TILTED));
            it.switchesFrom(former);
            assertThat(it.operator.lifeline().hasDisturbed()).isTrue();
        }

        @Override
        public void judge(Failover it, LedgerSummary summary) {
            Failover.nothingIsLost(summary);
            assertThat(summary.longestGap().millis()).isLessThan(RETRY_OF_SENTINELS_MILLIS);
            assertThat(summary.masters()).as("one switch: %s", it.done()).hasSize(2);
        }
    },
    SWITCH_AND_SENTINEL_DIES(
            "a switch that is asked for, and the Sentinel that has begun it dies",
            "0 lost, 0 failed, gap well below 30 s") {
        @Override
        public void disturb(Failover it) {
            PodProcess former = it.master();
            PodProcess sentinel = it.pods.pod(it.pods.sentinels().getFirst());
            it.operator.ask("any");
            it.awaitFailover();
            sentinel.kill();
            it.awaitMasterOtherThan(former);
            sentinel.start();
        }

        @Override
        public void judge(Failover it, LedgerSummary summary) {
            Failover.nothingIsLost(summary);
            assertThat(summary.longestGap().millis()).isLessThan(RETRY_OF_SENTINELS_MILLIS);
        }
    },
    STOP("the master is stopped (`kubectl delete pod`, a drain)") {
        @Override
        public void disturb(Failover it) {
            PodProcess former = it.master();
            handsOver(former, () -> {});
        }
    },
    STOP_WITH_SENTINEL("the master is stopped, while a Sentinel no longer answers (a drain of their node)") {
        @Override
        public void disturb(Failover it) {
            PodProcess former = it.master();
            PodProcess sentinel = it.pods.pod(it.pods.sentinels().getFirst());
            sentinel.freeze();
            handsOver(former, () -> {});
            // One that thaws distrusts its clock for half a minute.
            sentinel.kill();
            sentinel.start();
        }
    },
    STOP_WITH_SLOW_SENTINEL(
            "the master is stopped, and the Sentinel that is told to replace it does so 1.3 s later",
            "0 lost, 0 failed") {
        @Override
        public void disturb(Failover it) {
            PodProcess former = it.master();
            handsOver(former, () -> {
                it.awaitPausedWrites(former);
                it.freezeFor(it.pods.pod(it.pods.sentinels().getFirst()), SLOW);
            });
        }

        @Override
        public void judge(Failover it, LedgerSummary summary) {
            Failover.nothingIsLost(summary);
            assertThat(summary.longestGap().millis()).isBetween(SLOW.toMillis(), CLIENT_TIMEOUT_MILLIS);
        }
    },
    STOP_WITH_TILTED_SENTINEL("the master is stopped, while a Sentinel does nothing since it was held up (TILT)") {
        @Override
        public void disturb(Failover it) {
            PodProcess former = it.master();
            it.freezeFor(it.pods.pod(it.pods.sentinels().getFirst()), TILTED);
            it.awaitTilt();
            handsOver(former, () -> {});
        }
    },
    STOP_AND_SENTINEL_DIES(
            "the master is stopped, and the Sentinel that has begun to replace it dies", "0 lost, 0 failed") {
        @Override
        public void disturb(Failover it) {
            PodProcess former = it.master();
            PodProcess sentinel = it.pods.pod(it.pods.sentinels().getFirst());
            former.preStop(() -> {
                it.awaitFailover();
                sentinel.kill();
            });
            former.terminate();
            it.awaitMasterOtherThan(former);
            former.start();
            sentinel.start();
        }

        @Override
        public void judge(Failover it, LedgerSummary summary) {
            Failover.nothingIsLost(summary);
        }
    };

    private static final long CLIENT_TIMEOUT_MILLIS = 5_000;

    /** Longer than the hook waits for an answer, and less than what has a Sentinel distrust its clock. */
    private static final Duration SLOW = Duration.ofMillis(1_300);

    private static final Duration TILTED = Duration.ofMillis(2_500);

    private static final int WRITES_OF_11_SECONDS = 2_200;

    private final String text;
    private final String mustHold;

    PlannedChange(String text) {
        this(text, "0 lost, 0 failed, gap p95 below 1 s");
    }

    PlannedChange(String text, String mustHold) {
        this.text = text;
        this.mustHold = mustHold;
    }

    @Override
    public String spec() {
        return Failover.DURABLE;
    }

    @Override
    public String text() {
        return text;
    }

    @Override
    public String mustHold() {
        return mustHold;
    }

    @Override
    public void judge(Failover it, LedgerSummary summary) {
        Failover.nothingIsLost(summary);
        assertThat(summary.longestGap().millis()).isLessThan(CLIENT_TIMEOUT_MILLIS);
    }

    /** The pod is restarted, as after {@code kubectl delete pod}; expects that another is master before it stops. */
    private static void handsOver(PodProcess master, Runnable meanwhile) {
        master.preStop(meanwhile);
        assertThat(master.log()).contains("is master in its place");
        master.terminate();
        master.start();
    }
}
