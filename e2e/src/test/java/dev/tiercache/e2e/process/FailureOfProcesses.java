package dev.tiercache.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.e2e.ledger.LedgerSummary;
import java.time.Duration;
import java.util.List;

/** Each way in which a set of pods is disturbed while writers write, and what must hold. */
enum FailureOfProcesses {
    SWITCH("a switch that is asked for", Failover.DURABLE, "0 lost, 0 failed, gap p95 below 1 s") {
        @Override
        void disturb(Failover it) {
            it.switchesFrom(it.master());
        }

        @Override
        void judge(Failover it, LedgerSummary summary) {
            nothingIsLostAndNoClientGivesUp(summary);
        }
    },
    SWITCH_OUT_OF_STEP(
            "a switch that is asked for, after a replica was away for a while",
            Failover.DURABLE,
            "0 lost, 0 failed, gap p95 below 1 s") {
        @Override
        void disturb(Failover it) {
            PodProcess former = it.master();
            PodProcess replica = it.replicaOf(former);
            replica.terminate();
            // Sentinels ask a replica every 10 s: after so long, this one at other times than the other.
            it.ledger.flows(WRITES_OF_11_SECONDS);
            replica.start();
            it.awaitWell();
            it.switchesFrom(former);
        }

        @Override
        void judge(Failover it, LedgerSummary summary) {
            nothingIsLostAndNoClientGivesUp(summary);
        }
    },
    SWITCH_TILTED(
            "a switch that is asked for, while a Sentinel does nothing since it was held up (TILT)",
            Failover.DURABLE,
            "0 lost, 0 failed, gap p95 below 1 s") {
        @Override
        void disturb(Failover it) {
            it.freezeFor(it.pods.pod(it.pods.sentinels().getFirst()), TILTED);
            it.awaitTilt();
            it.switchesFrom(it.master());
        }

        @Override
        void judge(Failover it, LedgerSummary summary) {
            nothingIsLostAndNoClientGivesUp(summary);
        }
    },
    SWITCH_AND_SENTINEL_TILTS(
            "a switch that is asked for, and the Sentinel that is told is held up for 2.5 s and then does nothing (TILT)",
            Failover.DURABLE,
            "0 lost, 0 failed, gap well below the 30 s of TILT") {
        @Override
        void disturb(Failover it) {
            PodProcess former = it.master();
            it.operator.lifeline().before("FAILOVER", sentinel -> it.freezeFor(sentinel, TILTED));
            it.switchesFrom(former);
            assertThat(it.operator.lifeline().hasDisturbed()).isTrue();
        }

        @Override
        void judge(Failover it, LedgerSummary summary) {
            nothingIsLost(summary);
            assertThat(summary.longestGap().millis()).isLessThan(RETRY_OF_SENTINELS_MILLIS);
            assertThat(summary.masters()).as("one switch: %s", it.done()).hasSize(2);
        }
    },
    SWITCH_AND_SENTINEL_DIES(
            "a switch that is asked for, and the Sentinel that has begun it dies",
            Failover.DURABLE,
            "0 lost, 0 failed, gap well below 30 s") {
        @Override
        void disturb(Failover it) {
            PodProcess former = it.master();
            PodProcess sentinel = it.pods.pod(it.pods.sentinels().getFirst());
            it.operator.ask("any");
            it.awaitFailover();
            sentinel.kill();
            it.awaitMasterOtherThan(former);
            sentinel.start();
        }

        @Override
        void judge(Failover it, LedgerSummary summary) {
            nothingIsLost(summary);
            assertThat(summary.longestGap().millis()).isLessThan(RETRY_OF_SENTINELS_MILLIS);
        }
    },
    STOP(
            "the master is stopped (`kubectl delete pod`, a drain)",
            Failover.DURABLE,
            "0 lost, 0 failed, gap p95 below 1 s") {
        @Override
        void disturb(Failover it) {
            PodProcess former = it.master();
            handsOver(former, () -> {});
        }

        @Override
        void judge(Failover it, LedgerSummary summary) {
            nothingIsLostAndNoClientGivesUp(summary);
        }
    },
    STOP_WITH_SENTINEL(
            "the master is stopped, while a Sentinel no longer answers (a drain of their node)",
            Failover.DURABLE,
            "0 lost, 0 failed, gap p95 below 1 s") {
        @Override
        void disturb(Failover it) {
            PodProcess former = it.master();
            PodProcess sentinel = it.pods.pod(it.pods.sentinels().getFirst());
            sentinel.freeze();
            handsOver(former, () -> {});
            // One that thaws distrusts its clock for half a minute.
            sentinel.kill();
            sentinel.start();
        }

        @Override
        void judge(Failover it, LedgerSummary summary) {
            nothingIsLostAndNoClientGivesUp(summary);
        }
    },
    STOP_WITH_SLOW_SENTINEL(
            "the master is stopped, and the Sentinel that is told to replace it does so 1.3 s later",
            Failover.DURABLE,
            "0 lost, 0 failed") {
        @Override
        void disturb(Failover it) {
            PodProcess former = it.master();
            handsOver(former, () -> {
                it.awaitPausedWrites(former);
                it.freezeFor(it.pods.pod(it.pods.sentinels().getFirst()), SLOW);
            });
        }

        @Override
        void judge(Failover it, LedgerSummary summary) {
            nothingIsLost(summary);
            assertThat(summary.longestGap().millis()).isBetween(SLOW.toMillis(), CLIENT_TIMEOUT_MILLIS);
        }
    },
    STOP_WITH_TILTED_SENTINEL(
            "the master is stopped, while a Sentinel does nothing since it was held up (TILT)",
            Failover.DURABLE,
            "0 lost, 0 failed, gap p95 below 1 s") {
        @Override
        void disturb(Failover it) {
            PodProcess former = it.master();
            it.freezeFor(it.pods.pod(it.pods.sentinels().getFirst()), TILTED);
            it.awaitTilt();
            handsOver(former, () -> {});
        }

        @Override
        void judge(Failover it, LedgerSummary summary) {
            nothingIsLostAndNoClientGivesUp(summary);
        }
    },
    STOP_AND_SENTINEL_DIES(
            "the master is stopped, and the Sentinel that has begun to replace it dies",
            Failover.DURABLE,
            "0 lost, 0 failed") {
        @Override
        void disturb(Failover it) {
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
        void judge(Failover it, LedgerSummary summary) {
            nothingIsLost(summary);
        }
    },
    KILL("the master is killed and stays away", Failover.DURABLE, "gap p95 below down-after + 3 s = 4.5 s") {
        @Override
        void disturb(Failover it) {
            PodProcess former = it.master();
            former.kill();
            it.awaitMasterOtherThan(former);
            former.start();
        }

        @Override
        void judge(Failover it, LedgerSummary summary) {
            onlyTheLastMomentIsLost(summary);
        }
    },
    NONE_FIT(
            "the master is killed and stays away, and no replica is fit at first",
            Failover.DURABLE,
            "gap well below 12 s, after which Sentinels try again by themselves") {
        @Override
        void disturb(Failover it) {
            PodProcess former = it.master();
            it.makeUnfit();
            former.kill();
            it.awaitThatNoReplicaIsFit();
            it.makeFit();
            it.awaitMasterOtherThan(former);
            former.start();
        }

        @Override
        void judge(Failover it, LedgerSummary summary) {
            onlyTheLastMomentIsLost(summary);
            assertThat(it.done()).anyMatch(line -> line.contains("begin another failover"));
            assertThat(summary.longestGap().millis()).isLessThan(RETRY_OF_SENTINELS_MILLIS);
        }
    },
    KILL_AND_BACK("the master is killed and back at once", Failover.DURABLE, "0 lost, gap about 1 s") {
        @Override
        void disturb(Failover it) {
            PodProcess former = it.master();
            former.kill();
            former.start();
        }

        @Override
        void judge(Failover it, LedgerSummary summary) {
            nothingIsLostUnlessReplaced(summary);
        }
    },
    KILL_AND_LATE(
            "the master is killed, and back while it is replaced",
            Failover.DURABLE,
            "what it acknowledged after its return is not lost; gap p95 below down-after + 3 s = 4.5 s") {
        @Override
        void disturb(Failover it) {
            PodProcess former = it.master();
            former.kill();
            it.awaitFailover();
            former.start();
        }

        @Override
        void judge(Failover it, LedgerSummary summary) {
            onlyTheLastMomentIsLost(summary);
        }
    },
    KILL_AND_DOUBTED(
            "the master is killed, and back when a Sentinel has just found it down",
            Failover.DURABLE,
            "what it acknowledged after its return is not lost; gap p95 below down-after + 3 s = 4.5 s") {
        @Override
        void disturb(Failover it) {
            PodProcess former = it.master();
            former.kill();
            it.awaitDown();
            former.start();
        }

        @Override
        void judge(Failover it, LedgerSummary summary) {
            onlyTheLastMomentIsLost(summary);
        }
    },
    FORCED(
            "the master's handover is cut off (`kubectl delete pod --force`), and it is back at once",
            Failover.DURABLE,
            "0 lost; gap p95 below down-after + 3 s = 4.5 s") {
        @Override
        void disturb(Failover it) {
            PodProcess former = it.master();
            Process hook = former.beginPreStop();
            it.awaitFailover();
            hook.destroyForcibly();
            former.terminate();
            former.start();
        }

        @Override
        void judge(Failover it, LedgerSummary summary) {
            onlyTheLastMomentIsLost(summary);
        }
    },
    EMPTY(
            "the master is killed and back at once without its data (no persistence)",
            Failover.IN_MEMORY,
            "the replicas keep their data; gap p95 below down-after + 3 s = 4.5 s") {
        @Override
        void disturb(Failover it) {
            PodProcess former = it.master();
            former.kill();
            former.start();
            it.awaitMasterOtherThan(former);
            assertThat(former.log()).contains("its data are not here");
        }

        @Override
        void judge(Failover it, LedgerSummary summary) {
            onlyTheLastMomentIsLost(summary);
        }
    },
    FREEZE(
            "the master is frozen (SIGSTOP), and thaws when another is master; `minReplicasToWrite: 1`",
            Failover.SAFE,
            "gap p95 below down-after + 3 s = 4.5 s; never two masters") {
        @Override
        void disturb(Failover it) {
            PodProcess former = it.master();
            former.freeze();
            it.awaitMasterOtherThan(former);
            it.ledger.flows(100);
            former.thaw();
        }

        @Override
        void judge(Failover it, LedgerSummary summary) {
            onlyTheLastMomentIsLost(summary);
        }
    },
    ALL_REDIS("all Redis pods are killed", Failover.DURABLE, "0 lost, writable within 60 s") {
        @Override
        void disturb(Failover it) {
            it.pods.redises().forEach(name -> it.pods.pod(name).kill());
            it.pods.startAll();
        }

        @Override
        void judge(Failover it, LedgerSummary summary) {
            nothingIsLostUnlessReplaced(summary);
        }
    },
    ALL_SENTINELS("all Sentinels are killed and forget everything", Failover.DURABLE, "0 lost, the master stays") {
        @Override
        void disturb(Failover it) {
            PodProcess former = it.master();
            it.pods.sentinels().forEach(name -> {
                it.pods.pod(name).kill();
                it.pods.pod(name).wipe();
            });
            it.pods.startAll();
            it.awaitWell();
            assertThat(it.master().name()).isEqualTo(former.name());
        }

        @Override
        void judge(Failover it, LedgerSummary summary) {
            nothingIsLost(summary);
        }
    },
    EVERYTHING(
            "everything is killed after a switch, and only the volumes of Redis are left",
            Failover.DURABLE,
            "0 lost, writable within 60 s") {
        @Override
        void disturb(Failover it) {
            PodProcess last = it.switchesFrom(it.master());
            it.awaitWell();
            it.ledger.flows(100);
            it.pods.all().forEach(PodProcess::kill);
            it.pods.sentinels().forEach(name -> it.pods.pod(name).wipe());
            it.pods.startAll();
            it.awaitWell();
            assertThat(it.master().name()).isEqualTo(last.name());
        }

        @Override
        void judge(Failover it, LedgerSummary summary) {
            nothingIsLost(summary);
        }
    },
    TWICE("two failovers in a row", Failover.DURABLE, "ends well within 60 s") {
        @Override
        void disturb(Failover it) {
            PodProcess first = it.master();
            first.kill();
            PodProcess second = it.awaitMasterOtherThan(first);
            first.start();
            it.awaitWell();
            second.kill();
            it.awaitMasterOtherThan(second);
            second.start();
        }

        @Override
        void judge(Failover it, LedgerSummary summary) {
            assertThat(LedgerRun.audit(summary).lost()).isLessThan(summary.acknowledged() / 10);
        }
    },
    REPLICA_TOO("a replica dies together with the master", Failover.DURABLE, "ends well within 60 s") {
        @Override
        void disturb(Failover it) {
            PodProcess former = it.master();
            PodProcess replica = it.replicaOf(former);
            former.kill();
            replica.kill();
            it.awaitMasterOtherThan(former);
            former.start();
            replica.start();
        }

        @Override
        void judge(Failover it, LedgerSummary summary) {
            onlyTheLastMomentIsLost(summary);
        }
    },
    SENTINEL_TOO(
            "a Sentinel dies together with the master (their node is lost)",
            Failover.DURABLE,
            "ends well within 60 s") {
        @Override
        void disturb(Failover it) {
            PodProcess former = it.master();
            PodProcess sentinel = it.pods.pod(it.pods.sentinels().getFirst());
            former.kill();
            sentinel.kill();
            it.awaitMasterOtherThan(former);
            former.start();
            sentinel.start();
        }

        @Override
        void judge(Failover it, LedgerSummary summary) {
            onlyTheLastMomentIsLost(summary);
        }
    },
    OPERATOR_AWAY(
            "the master is killed while the operator is away",
            Failover.DURABLE,
            "the operator accepts the Sentinels' choice; gap p95 below down-after + 3 s = 4.5 s") {
        @Override
        void disturb(Failover it) {
            PodProcess former = it.master();
            it.operator.stop();
            former.kill();
            PodProcess next = it.awaitMasterOtherThan(former);
            former.start();
            it.ledger.flows(100);
            it.operator.start();
            it.awaitWell();
            assertThat(it.master().name()).isEqualTo(next.name());
        }

        @Override
        void judge(Failover it, LedgerSummary summary) {
            onlyTheLastMomentIsLost(summary);
        }
    };

    private static final long CLIENT_TIMEOUT_MILLIS = 5_000;

    /** Longer than the hook waits for an answer, and less than what has a Sentinel distrust its clock. */
    private static final Duration SLOW = Duration.ofMillis(1_300);

    private static final Duration TILTED = Duration.ofMillis(2_500);

    private static final int WRITES_OF_11_SECONDS = 2_200;

    /** Twice the failover timeout. */
    private static final long RETRY_OF_SENTINELS_MILLIS = 12_000;

    final String text;
    final String spec;
    final String mustHold;

    FailureOfProcesses(String text, String spec, String mustHold) {
        this.text = text;
        this.spec = spec;
        this.mustHold = mustHold;
    }

    abstract void disturb(Failover it);

    abstract void judge(Failover it, LedgerSummary summary);

    /** The pod is restarted, as after {@code kubectl delete pod}; expects that another is master before it stops. */
    private static void handsOver(PodProcess master, Runnable meanwhile) {
        master.preStop(meanwhile);
        assertThat(master.log()).contains("is master in its place");
        master.terminate();
        master.start();
    }

    private static void nothingIsLostAndNoClientGivesUp(LedgerSummary summary) {
        nothingIsLost(summary);
        assertThat(summary.longestGap().millis()).isLessThan(CLIENT_TIMEOUT_MILLIS);
    }

    private static void nothingIsLost(LedgerSummary summary) {
        assertThat(LedgerRun.audit(summary).lost())
                .as("lost writes: %s", LedgerRun.audit(summary).windows())
                .isZero();
    }

    /** A master that is not back within down-after, as on a busy machine, is replaced, and then it died. */
    private static void nothingIsLostUnlessReplaced(LedgerSummary summary) {
        if (summary.masters().size() == 1) {
            nothingIsLost(summary);
        } else {
            onlyTheLastMomentIsLost(summary);
        }
    }

    /**
     * Replication is asynchronous: what a master acknowledged in the instant before it died may not have reached a
     * replica. A write is on its way to the replicas before it is acknowledged, so this is a matter of milliseconds.
     */
    private static void onlyTheLastMomentIsLost(LedgerSummary summary) {
        List<?> windows = LedgerRun.audit(summary).windows();
        LedgerRun.audit(summary)
                .windows()
                .forEach(window -> assertThat(window.firstMillis())
                        .as("lost writes: %s", windows)
                        .isGreaterThan(summary.longestGap().startMillis() - 500));
        assertThat(LedgerRun.audit(summary).lost())
                .as("lost writes: %s", windows)
                .isLessThan(Failover.WRITES_OF_A_MOMENT);
    }
}
