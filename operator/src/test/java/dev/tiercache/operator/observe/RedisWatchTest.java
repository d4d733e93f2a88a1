package dev.tiercache.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.operator.leader.Leadership;
import dev.tiercache.operator.metrics.OperatorMetrics;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which of several answers counts. */
class RedisWatchTest {
    private static final RedisTarget TARGET = new RedisTarget("uid", "reports-redis-0", "192.0.2.1", 6379, "u", "p");

    /** Questions on their way, in the order in which they were put; the test answers them. */
    private final BlockingQueue<CompletableFuture<RedisAnswer>> asked = new LinkedBlockingQueue<>();

    private final OperatorMetrics metrics = new OperatorMetrics(Leadership.alone());
    private final RedisWatch watch = new RedisWatch(Duration.ofSeconds(10), metrics, target -> {
        var answer = new CompletableFuture<RedisAnswer>();
        asked.add(answer);
        return answer.join();
    });

    @AfterEach
    void stop() {
        asked.forEach(answer -> answer.complete(new RedisAnswer.NotAsked()));
        watch.close();
        metrics.close();
    }

    @Test
    void anAnswerFromBeforeAnActionDoesNotReplaceTheOneFromAfterIt() throws Exception {
        watch.setEventHandler(event -> {});
        watch.track(new ResourceID("reports", "ns"), List.of(TARGET));
        var before = asked.take();

        var action = Thread.startVirtualThread(() -> watch.refresh("uid"));
        asked.take().complete(answering("after"));
        action.join();
        before.complete(answering("before"));

        var next = asked.take(); // the late answer has been dealt with: the pod is asked again
        assertThat(watch.lastAnswer("uid")).isEqualTo(answering("after"));
        next.complete(answering("later"));
        Awaitility.await()
                .untilAsserted(() -> assertThat(watch.lastAnswer("uid")).isEqualTo(answering("later")));
    }

    private static RedisAnswer answering(String version) {
        return new RedisAnswer.Answering("master", false, false, version, "", Map.of(), Map.of());
    }
}
