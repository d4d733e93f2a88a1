package dev.tiercache.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One process that a benchmark started, together with the processes that this one started. */
public final class Child implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final String name;
    private final Process process;
    private final @Nullable Path log;

    private Child(String name, Process process, @Nullable Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    static Child start(String name, Path log, Map<String, String> environment, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin") + ":/usr/sbin:/sbin");
        builder.environment().putAll(environment);
        try {
            Process process = builder.redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return new Child(name, process, log);
        } catch (IOException e) {
            throw new UncheckedIOException("could not start " + name + " (" + command.getFirst() + ")", e);
        }
    }

    static Child startVisibly(String name, List<String> command) {
        try {
            return new Child(name, new ProcessBuilder(command).inheritIO().start(), null);
        } catch (IOException e) {
            throw new UncheckedIOException("could not start " + name + " (" + command.getFirst() + ")", e);
        }
    }

    /** Waits until it does what it was started for; fails when it ends, or takes more than five minutes. */
    public void await(BooleanSupplier ready) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!ready.getAsBoolean()) {
            if (!process.isAlive()) {
                throw new IllegalStateException(name + " ended: " + log());
            }
            if (System.nanoTime() > end) {
                throw new IllegalStateException(name + " is not ready after " + PATIENCE + ": " + log());
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    /** Its id. */
    public long pid() {
        return process.pid();
    }

    /** CPU time that it and its children took so far, µs. */
    public long cpuMicros() {
        return all().mapToLong(p -> CpuTime.micros(p.pid())).sum();
    }

    /** The most memory that was ever resident, of the process alone, bytes. */
    public long peakBytes() {
        try {
            return 1024
                    * Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status")).stream()
                            .filter(line -> line.startsWith("VmHWM:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops it where it is: the kernel goes on accepting and acknowledging, nobody answers. */
    public void freeze() {
        signal("STOP");
    }

    /** Lets it go on. */
    public void thaw() {
        signal("CONT");
    }

    /** Ends it as a crash does. */
    public void kill() {
        List<ProcessHandle> family = all().toList();
        family.forEach(ProcessHandle::destroyForcibly);
        waitFor(GRACE);
    }

    /** Asks it to end, and returns when it has. */
    public void terminate() {
        process.destroy();
        if (!waitFor(PATIENCE)) {
            throw new IllegalStateException(name + " does not end: " + log());
        }
    }

    /** Waits for its end, however long that takes. */
    int exitStatus() {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What it printed, the last 2,000 characters. */
    public String log() {
        if (log == null) {
            return "see above";
        }
        try {
            String text = Files.readString(log);
            return text.substring(Math.max(0, text.length() - 2_000));
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> family = all().toList();
        if (process.isAlive()) {
            process.destroy();
            if (!waitFor(GRACE)) {
                process.destroyForcibly();
                waitFor(GRACE);
            }
        }
        // Whom its parent left behind.
        family.stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroyForcibly);
    }

    private Stream<ProcessHandle> all() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    private boolean waitFor(Duration time) {
        try {
            return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void signal(String signal) {
        try {
            int status = new ProcessBuilder("kill", "-" + signal, Long.toString(pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IllegalStateException("kill -" + signal + " of " + name + " ended with " + status);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
