package dev.tiercache.service.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What 2,000 WebSockets cost one instance with the heap of a pod of 512 MiB, 70 % of it.
 *
 * <p>Each takes a file descriptor at either end: the JVM raises its soft limit to the hard one ({@code ulimit -Hn}),
 * which has to be above 2,500.
 */
class ManySocketsProcessIT {

    private static final int SOCKETS = 2_000;
    private static final long KIB = 1024;

    /** The part of a processor that all of them may take together, beside what is used without them. */
    private static final double IDLE = 0.05;

    private static final Duration WINDOW = Duration.ofSeconds(4);

    @Test
    void twoThousandSocketsAreServedInBoundedMemoryAndCostNothingWhileNothingHappens() throws Exception {
        try (ServiceProcess service = ServiceProcess.start(Map.of(
                "REDIS_URL", "redis://127.0.0.1:1",
                "PHASE4_WS_INTERVAL_SECONDS", "3600",
                "JAVA_TOOL_OPTIONS", "-Xmx358m"))) {
            assertThat(service.get("/api/investor-report?user_id=hit").statusCode())
                    .isEqualTo(200);
            long heapBefore = heapInUse(service);
            long rssBefore = resident(service);
            ThreadTimes.Use without = usedWhenIdle(service);

            try (ManySockets crowd = ManySockets.connect(service.port(), SOCKETS)) {
                await("an update for each")
                        .atMost(Duration.ofSeconds(40))
                        .failFast(() -> assertThat(crowd.surprises()).isEmpty())
                        .untilAsserted(() -> assertThat(crowd.updated()).isEqualTo(SOCKETS));
                assertThat(crowd.surprises()).isEmpty();
                assertThat(crowd.ended()).isZero();
                assertThat(service.get("/ws/phase4-metrics/stats").body())
                        .contains("\"total_connections\":" + SOCKETS, "\"unique_users\":" + SOCKETS);

                long heapEach = (heapInUse(service) - heapBefore) / SOCKETS;
                long rssEach = (resident(service) - rssBefore) / SOCKETS;
                ThreadTimes.Use with = usedWhenIdle(service);
                System.out.printf(
                        "a socket: %d KiB of heap, %d KiB resident; all of them idle: %s, without them %s%n",
                        heapEach / KIB, rssEach / KIB, with, without);
                assertThat(heapEach).as("heap a socket").isLessThan(64 * KIB);
                assertThat(rssEach).as("resident memory a socket").isLessThan(160 * KIB);
                assertThat(with.processors() - without.processors())
                        .as("processors for sockets while nothing happens: %s, without them %s", with, without)
                        .isLessThan(IDLE);
                assertThat(hits(service, 200)).as("slowest hit").isLessThan(Duration.ofSeconds(1));
            }
            await("all gone")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> service.get("/ws/phase4-metrics/stats").body().contains("\"total_connections\":0"));
        }
    }

    /** The longest of so many hits. */
    private static Duration hits(ServiceProcess service, int count) {
        long longest = 0;
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            assertThat(service.get("/api/investor-report?user_id=hit").body()).contains("\"cached\":true");
            longest = Math.max(longest, System.nanoTime() - start);
        }
        return Duration.ofNanos(longest);
    }

    /** Bytes of heap that are in use after a collection. */
    private static long heapInUse(ServiceProcess service) throws Exception {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(service.pid()),
                        "GC.run")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(jcmd.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return (long) service.management("/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Bytes of memory of the process. */
    private static long resident(ServiceProcess service) throws IOException {
        return Files.readString(Path.of("/proc", Long.toString(service.pid()), "status"))
                .lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> KIB * Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    /**
     * The least of three windows: where connecting took long, the heartbeats of 30 s later, and what the JVM does behind
     * a start, fall into one of them. What is left without sockets is mostly the search for a Redis that is not there.
     */
    private static ThreadTimes.Use usedWhenIdle(ServiceProcess service) throws IOException {
        ThreadTimes.Use least = usedIn(WINDOW, service);
        for (int window = 1; window < 3; window++) {
            ThreadTimes.Use use = usedIn(WINDOW, service);
            least = use.processors() < least.processors() ? use : least;
        }
        return least;
    }

    /** What its threads use in a time that starts now. */
    private static ThreadTimes.Use usedIn(Duration window, ServiceProcess service) throws IOException {
        ThreadTimes before = ThreadTimes.of(service.pid());
        await().pollInterval(Duration.ofMillis(50))
                .atMost(window.multipliedBy(3))
                .until(() -> before.age().compareTo(window) >= 0);
        return ThreadTimes.of(service.pid()).since(before);
    }
}
