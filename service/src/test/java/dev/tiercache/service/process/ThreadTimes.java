package dev.tiercache.service.process;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How long each thread of a process has been on a processor so far.
 *
 * @param at when it was read, by {@link System#nanoTime()}
 * @param threads name and id of each thread to nanoseconds
 */
record ThreadTimes(long at, Map<String, Long> threads) {

    /** Reads them of a process by the scheduler's own account, which counts nanoseconds and not ticks. */
    static ThreadTimes of(long pid) throws IOException {
        Map<String, Long> threads = new HashMap<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path task : (Iterable<Path>) tasks::iterator) {
                read(task, threads);
            }
        }
        return new ThreadTimes(System.nanoTime(), threads);
    }

    private static void read(Path task, Map<String, Long> threads) throws IOException {
        try {
            String name = Files.readString(task.resolve("comm")).strip();
            String onProcessor = Files.readString(task.resolve("schedstat")).split(" ")[0];
            threads.put(name + "/" + task.getFileName(), Long.parseLong(onProcessor));
        } catch (NoSuchFileException e) {
            // It ended since the folder was listed.
        }
    }

    /** How long ago it was read. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - at);
    }

    /** What was used between an earlier reading and this one. */
    Use since(ThreadTimes earlier) {
        double nanos = at - earlier.at;
        Map<String, Double> used = new HashMap<>();
        threads.forEach((thread, time) -> used.put(thread, (time - earlier.threads.getOrDefault(thread, 0L)) / nanos));
        return new Use(used);
    }

    /**
     * Parts of a processor.
     *
     * @param byThread name and id of each thread to its part
     */
    record Use(Map<String, Double> byThread) {

        /** The sum of all threads. */
        double processors() {
            return byThread.values().stream().mapToDouble(Double::doubleValue).sum();
        }

        /** The sum, and the six that use most. */
        @Override
        public String toString() {
            return byThread.entrySet().stream()
                    .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                    .limit(6)
                    .map(thread -> "%s %.4f".formatted(thread.getKey(), thread.getValue()))
                    .collect(joining(", ", "%.4f of a processor (".formatted(processors()), ")"));
        }
    }
}
