package dev.tiercache.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much CPU time a process took, from {@code /proc}. */
final class CpuTime {

    /** USER_HZ, in which the kernel reports to user space: 100 on every architecture that a JDK runs on. */
    private static final long MICROS_PER_TICK = 10_000;

    private static final int UTIME = 11;
    private static final int STIME = 12;

    private CpuTime() {}

    /** User and system time of all threads of a process so far, µs; 0 when it has ended. */
    static long micros(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            // The name of the command, in parentheses, may hold spaces.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME])) * MICROS_PER_TICK;
        } catch (IOException e) {
            return 0;
        }
    }
}
