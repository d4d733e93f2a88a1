package dev.tiercache.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

class PodReaderTest {

    @Test
    void aReadyPodHasNoTrouble() {
        var pod = read("""
                status:
                  podIP: 10.0.0.1
                  conditions: [{type: Ready, status: "True"}, {type: PodScheduled, status: "True"}]
                  containerStatuses: [{name: redis, ready: true, state: {running: {}}}]
                """);

        assertThat(pod.ready()).isTrue();
        assertThat(pod.running()).isTrue();
        assertThat(pod.trouble()).isEmpty();
        assertThat(pod.ip()).isEqualTo("10.0.0.1");
    }

    @Test
    void anUnschedulablePodSaysWhy() {
        assertThat(read("""
                status:
                  conditions: [{type: PodScheduled, status: "False", reason: Unschedulable, message: "0/1 nodes\\n fit"}]
                """).trouble()).isEqualTo("Unschedulable: 0/1 nodes fit");
    }

    @Test
    void bothReasonsOfAnImageThatCannotBePulledReadTheSame() {
        String status = """
                status:
                  conditions: [{type: PodScheduled, status: "True"}]
                  containerStatuses: [{name: redis, image: "x:1", state: {waiting: {reason: %s, message: "%s"}}}]
                """;

        assertThat(read(status.formatted("ErrImagePull", "not found")).trouble())
                .isEqualTo(
                        read(status.formatted("ImagePullBackOff", "Back-off")).trouble())
                .isEqualTo("ErrImagePull: the node cannot pull x:1");
    }

    @Test
    void aCrashLoopTellsTheLastWordsWhetherTheContainerWaitsOrHasJustEnded() {
        var waiting = read("""
                status:
                  containerStatuses:
                  - name: redis
                    restartCount: 3
                    state: {waiting: {reason: CrashLoopBackOff, message: "back-off 40s"}}
                    lastState: {terminated: {exitCode: 1, reason: Error, message: "Bad directive 'x'\\n"}}
                """);
        var ended = read("""
                status:
                  containerStatuses:
                  - name: redis
                    restartCount: 3
                    state: {terminated: {exitCode: 1, reason: Error, message: "Bad directive 'x'\\n"}}
                """);

        assertThat(waiting.trouble()).isEqualTo("CrashLoopBackOff: exit code 1 Bad directive 'x'");
        assertThat(ended.trouble()).isEqualTo(waiting.trouble());
    }

    @Test
    void aPodThatIsBeingDeletedIsNotReady() {
        var pod = read("""
                status:
                  conditions: [{type: Ready, status: "True"}]
                """, "deletionTimestamp: 2026-01-01T00:00:00Z");

        assertThat(pod.terminating()).isTrue();
        assertThat(pod.ready()).isFalse();
    }

    @Test
    void theAllottedResourcesAreThoseOfTheStatus() {
        var pod = read("""
                status:
                  conditions: [{type: PodResizePending, status: "True", reason: Infeasible, message: "node is full"}]
                  containerStatuses: [{name: redis, resources: {limits: {memory: 1Gi}}}]
                """);

        assertThat(pod.wanted().memoryLimit()).isEqualTo(2L << 30);
        assertThat(pod.allotted().memoryLimit()).isEqualTo(1L << 30);
        assertThat(pod.resize()).isEqualTo("Infeasible: node is full");
    }

    private static PodView read(String status) {
        return read(status, "labels: {}");
    }

    private static PodView read(String status, String metadata) {
        return PodReader.read(Serialization.unmarshal("""
                metadata:
                  name: p-0
                  uid: u
                  %s
                spec:
                  containers: [{name: redis, resources: {limits: {memory: 2048Mi}}}]
                %s""".formatted(metadata, status), Pod.class), "redis");
    }
}
