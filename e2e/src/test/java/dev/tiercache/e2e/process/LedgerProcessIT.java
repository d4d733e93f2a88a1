package dev.tiercache.e2e.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.e2e.cli.Json;
import dev.tiercache.e2e.ledger.LedgerSummary;
import dev.tiercache.e2e.ledger.LedgerSummary.Audit;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The ledger really counts: each fault of the data here is one that a blind client would not see. */
@Timeout(120)
class LedgerProcessIT {

    @Test
    void aRedisThatIsLeftAloneLosesNothingAndFailsNothing() {
        try (RedisProcess redis = RedisProcess.server();
                LedgerRun run = LedgerRun.at("redis://127.0.0.1:" + redis.port())) {
            run.flows(600);

            LedgerSummary summary = run.stop();

            assertThat(summary.failed()).isZero();
            assertThat(summary.acknowledged()).isEqualTo(summary.attempted());
            assertThat(summary.availability()).isEqualTo(1.0);
            assertThat(summary.reads().right()).isPositive();
            assertThat(summary.reads().missing()).isZero();
            assertThat(summary.reads().wrong()).isZero();
            assertThat(summary.reads().stale()).isZero();
            assertThat(summary.masters())
                    .singleElement()
                    .satisfies(master -> assertThat(master.acknowledged()).isEqualTo(summary.acknowledged()));
            assertThat(LedgerRun.audit(summary)).satisfies(audit -> {
                assertThat(audit.complete()).isTrue();
                assertThat(audit.checked()).isEqualTo(summary.acknowledged());
                assertThat(audit.lost()).isZero();
                assertThat(audit.wrong()).isZero();
                assertThat(audit.staleCounters()).isZero();
            });
            assertThat(run.present(redis)).isEqualTo(summary.acknowledged());
            assertThat(Json.read(new String(Json.bytes(summary), UTF_8), LedgerSummary.class))
                    .isEqualTo(summary);
        }
    }

    @Test
    void writesThatAreRemovedUnderTheLedgerAreAllReported() {
        try (RedisProcess redis = RedisProcess.server();
                LedgerRun run = LedgerRun.at("redis://127.0.0.1:" + redis.port())) {
            run.flows(300);
            long before = run.acknowledged();
            redis.cli("FLUSHALL");
            run.flows(200);

            LedgerSummary summary = run.stop();

            Audit audit = LedgerRun.audit(summary);
            assertThat(audit.complete()).isTrue();
            assertThat(audit.lost()).isBetween(before, summary.acknowledged() - 150);
            assertThat(audit.lost()).isEqualTo(summary.acknowledged() - run.present(redis));
            assertThat(audit.windows().getFirst()).satisfies(window -> {
                assertThat(window.count()).isGreaterThan(before * 9 / 10);
                assertThat(window.firstMillis()).isLessThan(window.lastMillis());
            });
            assertThat(audit.windows().stream()
                            .mapToLong(LedgerSummary.LossWindow::count)
                            .sum())
                    .isEqualTo(audit.lost());
            assertThat(summary.reads().missing()).isPositive();
            assertThat(summary.findings())
                    .extracting(LedgerSummary.Finding::kind)
                    .contains("missing");
        }
    }

    @Test
    void aValueThatSomebodyElseWroteIsReportedAsWrong() {
        try (RedisProcess redis = RedisProcess.server();
                LedgerRun run = LedgerRun.at("redis://127.0.0.1:" + redis.port())) {
            run.flows(200);
            String key = "ledger:" + LedgerRun.NAME + ":0:3";
            String other = redis.cli("GET", "ledger:" + LedgerRun.NAME + ":0:4");
            assertThat(redis.cli("SET", key, other)).isEqualTo("OK");

            LedgerSummary summary = run.stop();

            assertThat(LedgerRun.audit(summary).wrong()).isEqualTo(1);
            assertThat(LedgerRun.audit(summary).lost()).isZero();
            assertThat(summary.findings()).anySatisfy(finding -> {
                assertThat(finding.kind()).isEqualTo("wrong");
                assertThat(finding.key()).isEqualTo(key);
            });
        }
    }

    @Test
    void aReadOlderThanTheLastAcknowledgedWriteIsStale() {
        try (RedisProcess redis = RedisProcess.server();
                LedgerRun run =
                        LedgerRun.at("redis://127.0.0.1:" + redis.port(), "--writers", "1", "--read-rate", "400")) {
            String key = "ledger:" + LedgerRun.NAME + ":0:counter";
            String old = redis.cli("GET", key);
            run.flows(100);

            await("a stale read").atMost(Duration.ofSeconds(30)).until(() -> {
                redis.cli("SET", key, old);
                return run.summary().reads().stale() > 0;
            });

            LedgerSummary summary = run.stop();
            assertThat(summary.reads().wrong()).isZero();
            assertThat(summary.findings()).anySatisfy(finding -> {
                assertThat(finding.kind()).isEqualTo("stale");
                assertThat(finding.key()).isEqualTo(key);
            });
        }
    }

    @Test
    void aRedisThatIsGoneForLongerThanTheClientTimeoutFailsWritesAndTheLedgerIsNotCheckedInVain() {
        try (RedisProcess redis = RedisProcess.server("--appendonly", "yes", "--appendfsync", "always");
                LedgerRun run = LedgerRun.at("redis://127.0.0.1:" + redis.port(), "--client-timeout-millis", "300")) {
            run.flows(100);
            redis.kill9();
            await("failed writes")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> run.summary().failed() >= 50);
            redis.restart().awaitAnswer();
            run.flows(100);

            LedgerSummary summary = run.stop();

            assertThat(summary.errors()).containsKey("Connection");
            assertThat(summary.failed() + summary.acknowledged()).isEqualTo(summary.attempted());
            assertThat(summary.availability()).isBetween(0.1, 0.99);
            assertThat(summary.longestGap().millis()).isGreaterThan(250);
            // The same server, started again, is another one.
            assertThat(summary.masters()).hasSize(2);
            assertThat(LedgerRun.audit(summary).complete()).isTrue();
            assertThat(LedgerRun.audit(summary).lost()).isZero();
        }
    }
}
