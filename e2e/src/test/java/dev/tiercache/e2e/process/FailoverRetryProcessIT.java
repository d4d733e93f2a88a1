package dev.tiercache.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.operator.act.Outcome;
import dev.tiercache.operator.observe.Observation;
import dev.tiercache.operator.observe.RedisAnswer;
import dev.tiercache.operator.plan.Action;
import dev.tiercache.operator.plan.Action.PodRef;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A failover to which no Sentinel is elected. */
class FailoverRetryProcessIT {
    private static final String MASTER = "ns-reports";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** As two do that stand at the same moment, while the third is lost; here both others are, so that it is certain. */
    @Test
    void aSentinelThatStandsForElectionInVainIsMadeToGiveUpAndReplacesTheMaster() {
        try (Failover it = Failover.start(Failover.DURABLE)) {
            it.operator.stop();
            PodProcess former = it.master();
            String alone = it.pods.sentinels().getFirst();
            PodRef sentinel = new PodRef(alone, alone);
            it.operator.act(new Action.TuneSentinels(List.of(sentinel), MASTER, Map.of("quorum", "1")));
            String timeout = watching(it, alone).settings().getOrDefault("failover-timeout", "");

            it.pods.sentinels().stream().skip(1).map(it.pods::pod).forEach(PodProcess::kill);
            former.kill();

            await("it stands for election, and has not been elected for long")
                    .atMost(PATIENCE)
                    .until(() -> watching(it, alone).stalled());
            assertThat(it.pods.pod(alone).log()).contains("+try-failover").doesNotContain("-failover-abort");

            var retry = new Action.RetryFailover(List.of(sentinel), 1, MASTER, Map.of("failover-timeout", timeout));
            await("another failover is begun")
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> it.operator.act(retry) instanceof Outcome.Done);

            await("another master").atMost(PATIENCE).until(() -> {
                String named = watching(it, alone).master();
                return named != null && !named.equals(former.address());
            });
            assertThat(it.pods.pod(alone).log()).contains("-failover-abort-not-elected");
            assertThat(watching(it, alone).settings()).containsEntry("failover-timeout", timeout);
        }
    }

    private static RedisAnswer.Watching watching(Failover it, String sentinel) {
        return (RedisAnswer.Watching) await("an answer of " + sentinel)
                .atMost(PATIENCE)
                .until(() -> answer(it.operator.observe(), sentinel), RedisAnswer.Watching.class::isInstance);
    }

    private static RedisAnswer answer(Observation now, String sentinel) {
        return now.sentinelPods().stream()
                .filter(pod -> pod.name().equals(sentinel))
                .map(now::answer)
                .findFirst()
                .orElseThrow();
    }
}
