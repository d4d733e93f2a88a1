package dev.tiercache.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.e2e.ledger.LedgerSummary;
import dev.tiercache.e2e.ledger.LedgerSummary.Audit;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The ledger follows the master, and tells what that cost: what it says is lost is compared with what is there. */
@Timeout(120)
class LedgerFailoverProcessIT {

    @Test
    void afterTheDeathOfTheMasterWritesGoOnAtTheNextOneAndTheGapIsMeasured() {
        try (SentinelSet set = SentinelSet.start(3, 3, Duration.ofSeconds(1));
                LedgerRun run = LedgerRun.at(set.url(), "--client-timeout-millis", "20000")) {
            RedisProcess old = set.master();
            run.flows(300);
            old.kill9();
            await("another master")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> set.master() != old && run.masters() == 2);
            run.flows(200);

            LedgerSummary summary = run.stop();

            assertThat(summary.failed()).as("failed: %s", summary.firstErrors()).isZero();
            assertThat(summary.retried()).isPositive();
            // Down-after counts from the last answer to a PING, which may be some time before the death.
            assertThat(summary.longestGap().millis()).isBetween(250L, 20_000L);
            assertThat(summary.gaps()).contains(summary.longestGap());
            assertThat(summary.masters())
                    .hasSize(2)
                    .allSatisfy(master -> assertThat(master.acknowledged()).isPositive());
            assertThat(summary.masters().getLast().firstAcknowledgedMillis())
                    .isGreaterThanOrEqualTo(summary.longestGap().startMillis()
                            + summary.longestGap().millis());
            assertThat(summary.twoMasters().overlapping()).isZero();
            assertThat(summary.twoMasters().switchesBack()).isZero();
            assertThat(LedgerRun.audit(summary).complete()).isTrue();
            assertThat(LedgerRun.audit(summary).lost()).isEqualTo(summary.acknowledged() - run.present(set.master()));
        }
    }

    @Test
    void whatNoReplicaHadWhenTheMasterDiedIsReportedWithItsWindow() {
        try (SentinelSet set = SentinelSet.start(3, 3, Duration.ofSeconds(1));
                LedgerRun run = LedgerRun.at(set.url(), "--client-timeout-millis", "20000")) {
            RedisProcess old = set.master();
            List<RedisProcess> replicas = set.replicas();
            run.flows(300);
            String nobody = Integer.toString(RedisProcess.freePort());
            replicas.forEach(replica -> replica.cli("REPLICAOF", "127.0.0.1", nobody));
            long kept = run.acknowledged();
            run.flows(60);
            long seenOnlyByTheOld = run.acknowledged() - kept;
            old.kill9();
            await("another master")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> set.master() != old && run.masters() == 2);
            run.flows(200);

            LedgerSummary summary = run.stop();

            Audit audit = LedgerRun.audit(summary);
            assertThat(audit.complete()).isTrue();
            assertThat(audit.lost()).isGreaterThanOrEqualTo(seenOnlyByTheOld);
            assertThat(audit.lost()).isEqualTo(summary.acknowledged() - run.present(set.master()));
            // The last part of what the old one acknowledged, and nothing after the gap.
            assertThat(audit.windows().getLast().count()).isGreaterThan(seenOnlyByTheOld / 2);
            assertThat(audit.windows().getLast().lastMillis())
                    .isLessThanOrEqualTo(summary.longestGap().startMillis());
        }
    }

    @Test
    void aMasterThatHangsIsLeftAndWhatItAnswersLaterCountsForNothing() {
        try (SentinelSet set = SentinelSet.start(3, 3, Duration.ofSeconds(1));
                LedgerRun run = LedgerRun.at(set.url(), "--client-timeout-millis", "20000")) {
            RedisProcess old = set.master();
            run.flows(300);
            old.freeze();
            await("another master")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> set.master() != old && run.masters() == 2);
            old.thaw();
            run.flows(300);

            LedgerSummary summary = run.stop();

            assertThat(summary.failedTries()).containsKey("Timeout");
            assertThat(summary.failed()).as("failed: %s", summary.firstErrors()).isZero();
            assertThat(summary.masters()).hasSize(2);
            assertThat(summary.twoMasters().overlapping()).isZero();
            assertThat(LedgerRun.audit(summary).wrong()).isZero();
            assertThat(LedgerRun.audit(summary).lost()).isEqualTo(summary.acknowledged() - run.present(set.master()));
        }
    }

    @Test
    void aMasterThatBecameAReplicaUnderItsClientsIsLeftForTheRightOne() {
        try (SentinelSet set = SentinelSet.start(2, 1, Duration.ofSeconds(60));
                LedgerRun run = LedgerRun.at(set.url())) {
            RedisProcess old = set.master();
            RedisProcess next = set.replicas().getFirst();
            run.flows(200);
            move(set, next);
            old.cli("REPLICAOF", "127.0.0.1", Integer.toString(next.port()));
            await("the other master").atMost(Duration.ofSeconds(30)).until(() -> run.masters() == 2);
            run.flows(200);

            LedgerSummary summary = run.stop();

            assertThat(summary.failedTries()).containsKey("READONLY");
            assertThat(summary.failed()).as("failed: %s", summary.firstErrors()).isZero();
            assertThat(summary.retried()).isPositive();
            assertThat(summary.masters()).hasSize(2);
            assertThat(LedgerRun.audit(summary).master()).isEqualTo("127.0.0.1:" + next.port());
            assertThat(LedgerRun.audit(summary).lost()).isEqualTo(summary.acknowledged() - run.present(next));
        }
    }

    @Test
    void twoMastersThatBothAcknowledgeAreSeen() {
        try (SentinelSet set = SentinelSet.start(2, 1, Duration.ofSeconds(60));
                LedgerRun run = LedgerRun.at(set.url())) {
            RedisProcess old = set.master();
            RedisProcess next = set.replicas().getFirst();
            run.flows(200);
            move(set, next);
            // Some of the connections are lost, and made anew to the other one.
            List<String> clients = clients(old);
            clients.subList(0, clients.size() / 2).forEach(id -> old.cli("CLIENT", "KILL", "ID", id));
            await("the other master").atMost(Duration.ofSeconds(30)).until(() -> run.masters() == 2);
            run.flows(300);

            LedgerSummary summary = run.stop();

            assertThat(summary.twoMasters().overlapping()).isGreaterThan(100);
            assertThat(summary.twoMasters().switchesBack()).isPositive();
        }
    }

    @Test
    void aSentinelThatIsSilentIsPassedOver() {
        try (SentinelSet set = SentinelSet.start(1, 3, Duration.ofSeconds(60))) {
            set.sentinels().getFirst().freeze();
            try (LedgerRun run = LedgerRun.at(set.url())) {
                run.flows(100);
                // Also by a connection that is lost later.
                clients(set.servers().getFirst())
                        .forEach(id -> set.servers().getFirst().cli("CLIENT", "KILL", "ID", id));
                run.flows(100);

                LedgerSummary summary = run.stop();

                assertThat(summary.failed())
                        .as("failed: %s", summary.firstErrors())
                        .isZero();
                assertThat(LedgerRun.audit(summary).lost()).isZero();
            }
        }
    }

    /** Promotes a server by hand and has the one Sentinel name it, without a word to the old one. */
    private static void move(SentinelSet set, RedisProcess next) {
        RedisProcess sentinel = set.sentinels().getFirst();
        next.cli("REPLICAOF", "NO", "ONE");
        sentinel.cli("SENTINEL", "REMOVE", SentinelSet.MASTER);
        sentinel.cli("SENTINEL", "MONITOR", SentinelSet.MASTER, "127.0.0.1", Integer.toString(next.port()), "1");
    }

    /** The ledger's connections at a server, by id. */
    private static List<String> clients(RedisProcess server) {
        return server.cli("CLIENT", "LIST")
                .lines()
                .filter(line -> line.contains("name=tiercache-ledger"))
                .map(line -> line.substring("id=".length(), line.indexOf(' ')))
                .toList();
    }
}
