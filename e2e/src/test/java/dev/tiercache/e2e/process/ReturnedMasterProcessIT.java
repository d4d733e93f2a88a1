package dev.tiercache.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.e2e.ledger.LedgerSummary;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A master that is back before it was missed, with its data, and takes writes at once only where nobody can replace it. */
class ReturnedMasterProcessIT {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final String AT_ONCE = "it goes on as master";
    private static final String ONCE_SEEN = "may replace it: it takes writes as soon as they see it";

    private static final Pattern WAITING = Pattern.compile("last-ping-sent\\R[1-9]");

    private static String downAfter(int millis) {
        return ("{mode: Sentinel, redis: {memory: {maxMemory: 64Mi}},"
                        + " sentinel: {downAfterMillis: %d, failoverTimeoutSeconds: 6}, api: {mode: Disabled}}")
                .formatted(millis);
    }

    @Test
    void aContainerThatRestartsInItsPodTakesWritesAtOnce() {
        Failover.in(downAfter(10_000), it -> {
            PodProcess master = it.master();
            master.kill();
            master.start();

            awaitLog(master, AT_ONCE);
            assertThat(master.log()).doesNotContain(ONCE_SEEN);
            Failover.nothingIsLost(it.judge());
        });
    }

    @Test
    void sentinelsThatHaveNotHeardItSinceTheyStartedMustSeeItFirst() {
        Failover.in(downAfter(10_000), it -> {
            PodProcess master = it.master();
            master.kill();
            List<PodProcess> sentinels =
                    it.pods.sentinels().stream().map(it.pods::pod).toList();
            sentinels.forEach(PodProcess::kill);
            sentinels.forEach(PodProcess::start);
            await("the Sentinels answer")
                    .atMost(PATIENCE)
                    .until(() -> sentinels.stream()
                            .allMatch(sentinel -> ask(it, sentinel, "PING").startsWith("PONG")));
            master.start();

            awaitLog(master, ONCE_SEEN);
            Failover.nothingIsLost(it.judge());
        });
    }

    /** A connection that is attempted to a pod that is gone hangs, while its successor has long been there. */
    @Test
    void aPodWhosePredecessorSentinelsStillTryToReachIsHeardBeforeItIsMissed() {
        Failover.in(downAfter(8_000), it -> {
            PodProcess master = it.master();
            LedgerSummary summary = returnsAsAnotherPod(it, master, it::judge);
            Failover.nothingIsLost(summary);
            assertThat(summary.masters())
                    .extracting(LedgerSummary.Master::address)
                    .containsOnly(master.address() + ":" + master.port());
            assertThat(master.log()).contains(ONCE_SEEN);
        });
    }

    /** As Sentinel does by default: it gives such a connection up after 15 s, and finds the master down before. */
    @Test
    void aPodThatSentinelsDoNotReachInTimeTakesNoWritesWhichTheNextMasterMisses() {
        Failover.in(downAfter(8_000), it -> {
            PodProcess former = it.master();
            it.pods.sentinels().stream()
                    .map(it.pods::pod)
                    .forEach(sentinel -> assertThat(
                                    ask(it, sentinel, "SENTINEL", "DEBUG", "min-link-reconnect-period", "15000"))
                            .startsWith("OK"));
            LedgerSummary summary = returnsAsAnotherPod(it, former, () -> {
                it.awaitMasterOtherThan(former);
                return it.judge();
            });
            assertThat(LedgerRun.audit(summary).lost())
                    .as("lost: %s", LedgerRun.audit(summary).windows())
                    .isLessThan(Failover.WRITES_OF_A_MOMENT);
            assertThat(former.log()).contains(ONCE_SEEN);
        });
    }

    private static LedgerSummary returnsAsAnotherPod(Failover it, PodProcess master, Supplier<LedgerSummary> end)
            throws IOException {
        master.kill();
        master.becomeAnotherPod();
        try (Silence silence = Silence.at(master.address(), master.port())) {
            await("each Sentinel is connected and waits for an answer")
                    .atMost(PATIENCE)
                    .until(() -> it.pods.sentinels().stream()
                            .map(it.pods::pod)
                            .map(sentinel -> ask(it, sentinel, "SENTINEL", "MASTER", "ns-reports"))
                            .allMatch(answer -> !answer.contains("disconnected")
                                    && WAITING.matcher(answer).find()));
            silence.leave();
            master.start();
            return end.get();
        }
    }

    private static String ask(Failover it, PodProcess sentinel, String... words) {
        return sentinel.cli("sentinel", it.pods.credentials().sentinel(), words);
    }

    private static void awaitLog(PodProcess pod, String text) {
        await(pod.name() + " says: " + text)
                .atMost(PATIENCE)
                .until(() -> pod.log().contains(text));
    }

    /** Takes connections at an address and never says anything, not even that it is gone. */
    private record Silence(ServerSocket server, List<Socket> connections) implements AutoCloseable {

        static Silence at(String address, int port) throws IOException {
            var server = new ServerSocket();
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(address, port));
            var silence = new Silence(server, new CopyOnWriteArrayList<>());
            Thread.ofVirtual().start(silence::accept);
            return silence;
        }

        private void accept() {
            try {
                while (true) {
                    connections.add(server.accept());
                }
            } catch (IOException left) {
                // Nobody is taken any more.
            }
        }

        /** Somebody else may listen there now; who is connected stays so. */
        void leave() throws IOException {
            server.close();
        }

        @Override
        public void close() throws IOException {
            server.close();
            for (Socket connection : connections) {
                connection.close();
            }
        }
    }
}
