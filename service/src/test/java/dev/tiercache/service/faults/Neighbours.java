package dev.tiercache.service.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A second control: the part of the machine that processes took which are not of this test, by the kernel's account. A
 * thread that only naps is preferred by the scheduler and hardly notices them; one that has to work gets only the rest.
 * Where there is no such account, nothing was taken.
 */
final class Neighbours implements AutoCloseable {

    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final Path KERNEL = Path.of("/proc/stat");

    /** What the kernel counts in: hundredths of a second on every Linux. */
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final int CORES = Runtime.getRuntime().availableProcessors();

    /** Time taken since the start of the machine, ns of all cores together, by the moment. */
    private final NavigableMap<Long, Long> taken = new ConcurrentSkipListMap<>();

    private volatile boolean closed;

    /** Starts to watch. */
    static Neighbours watching() {
        Neighbours neighbours = new Neighbours();
        if (Files.isReadable(KERNEL)) {
            Thread.ofPlatform().daemon().name("neighbours").start(neighbours::watch);
        }
        return neighbours;
    }

    /** How much of a span, given by {@link System#nanoTime()}, others took: as if they had had the whole machine, ns. */
    long within(long fromNanos, long toNanos) {
        return Math.clamp((takenUntil(toNanos) - takenUntil(fromNanos)) / CORES, 0, toNanos - fromNanos);
    }

    @Override
    public void close() {
        closed = true;
    }

    private void watch() {
        while (!closed) {
            try {
                long busy = busy();
                long ours = Stream.concat(
                                Stream.of(ProcessHandle.current()),
                                ProcessHandle.current().descendants())
                        .mapToLong(process -> ofProcess(process.pid()))
                        .sum();
                taken.put(System.nanoTime(), busy - ours);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            LockSupport.parkNanos(PERIOD_NANOS);
        }
    }

    /** Between two moments that were looked at, it grows evenly. */
    private long takenUntil(long nanos) {
        var before = taken.floorEntry(nanos);
        var after = taken.ceilingEntry(nanos);
        if (before == null || after == null || before.getKey().equals(after.getKey())) {
            return before != null ? before.getValue() : after != null ? after.getValue() : 0;
        }
        double part = (double) (nanos - before.getKey()) / (after.getKey() - before.getKey());
        return before.getValue() + (long) (part * (after.getValue() - before.getValue()));
    }

    /** proc_stat(5): user, nice, system, idle, iowait, irq, softirq, steal. */
    private static long busy() throws IOException {
        try (Stream<String> lines = Files.lines(KERNEL)) {
            long[] fields = Arrays.stream(lines.findFirst().orElseThrow().split(" +"))
                    .skip(1)
                    .mapToLong(Long::parseLong)
                    .toArray();
            return TICK_NANOS * (fields[0] + fields[1] + fields[2] + fields[5] + fields[6] + fields[7]);
        }
    }

    /** proc_pid_stat(5): utime, stime, and those of the children that ended. */
    private static long ofProcess(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return TICK_NANOS
                    * Arrays.stream(fields, 11, 15).mapToLong(Long::parseLong).sum();
        } catch (IOException e) {
            // It has just ended, and is counted with its parent.
            return 0;
        }
    }
}
