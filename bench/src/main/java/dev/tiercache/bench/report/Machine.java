package dev.tiercache.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Where something was measured.
 *
 * @param cpu model of the processors
 * @param cores how many of them the JVM sees
 * @param kernel name and version
 * @param jdk version of the JDK
 * @param load load average of the last minute at the start of the measurement
 */
public record Machine(String cpu, int cores, String kernel, String jdk, String load) {

    private static final double IDLE = 0.85;
    private static final long WINDOW_NANOS = 200_000_000;

    /** This machine, now. */
    public static Machine here() {
        return new Machine(
                cpuModel(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                Runtime.version().toString(),
                read("/proc/loadavg").split(" ")[0]);
    }

    /** Waits until the processors are 85 % idle, but no longer than 2 s: somebody else's peak is not ours to measure. */
    public static void awaitQuiet() {
        for (int i = 0; i < 10; i++) {
            long[] before = cpuTimes();
            LockSupport.parkNanos(WINDOW_NANOS);
            long[] after = cpuTimes();
            if (after[0] - before[0] >= IDLE * (after[1] - before[1])) {
                return;
            }
        }
    }

    /** Idle and all CPU time of the machine so far, ticks. */
    private static long[] cpuTimes() {
        String[] fields = read("/proc/stat").lines().findFirst().orElseThrow().split(" +");
        long all = 0;
        for (int i = 1; i < 9; i++) {
            all += Long.parseLong(fields[i]);
        }
        return new long[] {Long.parseLong(fields[4]) + Long.parseLong(fields[5]), all};
    }

    private static String cpuModel() {
        try (Stream<String> lines = read("/proc/cpuinfo").lines()) {
            return lines.filter(line -> line.startsWith("model name") || line.startsWith("CPU part"))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse("unknown");
        }
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new IllegalStateException("the benchmarks need Linux: " + file, e);
        }
    }
}
