package dev.tiercache.e2e.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One pod as a process: its start script, which becomes redis-server or Sentinel. */
public final class PodProcess implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 30;

    private final String name;
    private final String address;
    private final Path home;
    private @Nullable Process process;

    PodProcess(String name, String address, Path home) {
        this.name = name;
        this.address = address;
        this.home = home;
    }

    public String name() {
        return name;
    }

    public String address() {
        return address;
    }

    public int port() {
        return isSentinel() ? 26379 : 6379;
    }

    public boolean isSentinel() {
        return name.contains("-sentinel-");
    }

    public boolean isRunning() {
        return process != null && process.isAlive();
    }

    public long pid() {
        return running().pid();
    }

    /** Starts it, as the kubelet does. */
    public void start() {
        if (isRunning()) {
            throw new IllegalStateException(name + " runs already");
        }
        process = run(isSentinel() ? "etc/sentinel/sentinel.sh" : "etc/redis/redis.sh");
    }

    /** Runs the hook that the kubelet runs before it stops a Redis, does something meanwhile, and waits for the hook's end. */
    public void preStop(Runnable meanwhile) {
        Process hook = beginPreStop();
        try {
            meanwhile.run();
            await(hook);
        } finally {
            hook.destroyForcibly();
        }
        if (hook.exitValue() != 0) {
            throw new IllegalStateException(name + ": the hook ended with " + hook.exitValue() + "\n" + log());
        }
    }

    /** Runs the hook that the kubelet runs before it stops a Redis, and does not wait for its end: who was deleted by force has a second. */
    public Process beginPreStop() {
        return run("etc/redis/switch.sh");
    }

    /** SIGTERM, as the kubelet sends it after the hook. */
    public void terminate() {
        running().destroy();
        await(running());
    }

    /** kill -9. */
    public void kill() {
        running().destroyForcibly();
        await(running());
    }

    /** SIGSTOP: connections stay open and nothing answers. */
    public void freeze() {
        signal("STOP");
    }

    /** SIGCONT. */
    public void thaw() {
        signal("CONT");
    }

    /** Removes what it wrote to its volume, as if the volume were another one. */
    public void wipe() {
        empty("data");
    }

    /** The next start is that of another pod with the same volume, not of another container in the same pod. */
    public void becomeAnotherPod() {
        empty("shm");
    }

    private void empty(String folder) {
        try (Stream<Path> files = Files.walk(home.resolve(folder))) {
            files.filter(path -> !path.equals(home.resolve(folder)))
                    .sorted(Comparator.reverseOrder())
                    .forEach(PodProcess::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs redis-cli as a user, and returns what it prints. */
    public String cli(String user, String password, String... words) {
        List<String> line = new ArrayList<>(List.of("redis-cli", "-h", address, "-p", Integer.toString(port())));
        line.addAll(List.of("--user", user, "--pass", password, "--no-auth-warning"));
        line.addAll(List.of(words));
        return RedisProcess.run(line);
    }

    /** All that it wrote to its output, over all its starts. */
    public String log() {
        try {
            Path log = home.resolve("log");
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (isRunning()) {
            running().destroyForcibly();
            await(running());
        }
    }

    private Process run(String script) {
        try {
            var builder = new ProcessBuilder("/bin/sh", home.resolve(script).toString())
                    .directory(home.resolve("data").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(home.resolve("log").toFile()));
            builder.environment().put("POD_NAME", name);
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void signal(String signal) {
        try {
            await(new ProcessBuilder("kill", "-" + signal, Long.toString(pid())).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process running() {
        Process present = process;
        if (present == null) {
            throw new IllegalStateException(name + " was never started");
        }
        return present;
    }

    private void await(Process ending) {
        try {
            if (!ending.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException(name + ": process " + ending.pid() + " does not end within "
                        + PATIENCE_SECONDS + " s\n" + log());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
