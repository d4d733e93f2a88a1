package dev.tiercache.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.operator.observe.RedisAnswer;
import dev.tiercache.operator.observe.RedisConnections;
import dev.tiercache.operator.observe.RedisProbe;
import dev.tiercache.operator.observe.RedisTarget;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the operator learns from a real Sentinel that runs its own files. */
class SentinelQuestionsProcessIT {
    private final AtomicInteger news = new AtomicInteger();
    private final RedisConnections connections = new RedisConnections(_ -> {}, _ -> news.incrementAndGet());
    private final RedisProbe probe = new RedisProbe(connections, Duration.ofSeconds(2));
    private final PodProcesses pods = PodProcesses.of("{mode: Sentinel, redis: {memory: {maxMemory: 32Mi}}}");

    @AfterEach
    void stop() {
        connections.close();
        pods.close();
    }

    @Test
    void aSentinelWithoutAMasterSaysSo() {
        pods.sentinel(0).start();

        RedisAnswer answer = answerOf(pods.sentinel(0));

        assertThat(answer).isInstanceOfSatisfying(RedisAnswer.Watching.class, it -> {
            assertThat(it.master()).isNull();
            assertThat(it.quorate()).isFalse();
            assertThat(it.users()).containsKeys("default", "operator", "sentinel", "exporter");
        });
    }

    private RedisAnswer answerOf(PodProcess pod) {
        return await("an answer of " + pod.name())
                .atMost(Duration.ofSeconds(20))
                .until(
                        () -> probe.ask(new RedisTarget(
                                pod.name(),
                                pod.name(),
                                pod.address(),
                                pod.port(),
                                "operator",
                                pods.credentials().operator(),
                                "ns-reports")),
                        it -> {
                            return it instanceof RedisAnswer.Watching;
                        });
    }
}
