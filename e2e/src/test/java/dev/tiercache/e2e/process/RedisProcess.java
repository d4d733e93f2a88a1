package dev.tiercache.e2e.process;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A redis-server or redis-sentinel process of its own, with a directory of its own, that a test may kill, freeze and start
 * again. Closing it leaves nothing behind but its log, in {@value #LOGS} of the module, for who asks why a test failed.
 */
public final class RedisProcess implements AutoCloseable {

    private static final String LOGS = "target/redis-logs";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final int port;
    private final Path directory;
    private final List<String> command;
    private final Path log;
    private Process process;

    private RedisProcess(int port, Path directory, List<String> command) {
        this.port = port;
        this.directory = directory;
        this.command = List.copyOf(command);
        this.log = logFile(Path.of(command.getFirst()).getFileName() + "-" + port + ".log");
        this.process = launch();
    }

    /**
     * Starts any command without waiting; the process is the caller's from now on, and so is the directory.
     *
     * @param port where it will listen on the loopback
     * @param directory its working directory, deleted by {@link #close}
     * @param command the program and its arguments, such as {@code redis-server redis.conf}
     */
    public static RedisProcess command(int port, Path directory, List<String> command) {
        return new RedisProcess(port, directory, command);
    }

    /** Starts a redis-server without persistence on a free port, with further options, and waits until it answers. */
    public static RedisProcess server(String... options) {
        int port = freePort();
        Path directory = newDirectory();
        List<String> command = new ArrayList<>(List.of("redis-server", "--port", Integer.toString(port)));
        command.addAll(List.of("--bind", "127.0.0.1", "--save", "", "--dir", directory.toString()));
        command.addAll(List.of(options));
        return command(port, directory, command).awaitAnswer();
    }

    /** Starts a redis-sentinel on a free port with these lines of configuration, and waits until it answers. */
    public static RedisProcess sentinel(String... configuration) {
        int port = freePort();
        Path directory = newDirectory();
        List<String> lines = new ArrayList<>(List.of("port " + port, "bind 127.0.0.1", "dir " + directory));
        lines.addAll(List.of(configuration));
        try {
            Path file = Files.write(directory.resolve("sentinel.conf"), lines);
            return command(port, directory, List.of("redis-sentinel", file.toString()))
                    .awaitAnswer();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A port of the loopback that is free now. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An empty directory for {@link #command}. */
    public static Path newDirectory() {
        try {
            return Files.createTempDirectory("redis-process-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** All that it wrote, over all its starts. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it answers anything at all, be it LOADING or NOAUTH; closes it if it does not. */
    public RedisProcess awaitAnswer() {
        try {
            await("an answer of " + this).atMost(PATIENCE).until(() -> {
                if (!process.isAlive()) {
                    throw new IllegalStateException(this + " ended with " + process.exitValue() + ":\n" + log());
                }
                return !cli("PING").contains("Could not connect");
            });
        } catch (RuntimeException notStarted) {
            close();
            throw notStarted;
        }
        return this;
    }

    /** kill -9, as a node that loses its power; also of a frozen one. */
    public void kill9() {
        process.destroyForcibly();
        awaitExit();
    }

    /** SIGTERM, as the kubelet sends it; returns when the process has ended. */
    public void terminate() {
        process.destroy();
        awaitExit();
    }

    /** Starts it again on the same port and directory, without waiting. */
    public RedisProcess restart() {
        if (process.isAlive()) {
            throw new IllegalStateException(this + " still runs: kill or terminate it first");
        }
        process = launch();
        return this;
    }

    /** SIGSTOP: the kernel goes on accepting and acknowledging, nobody answers. */
    public void freeze() {
        run(List.of("kill", "-STOP", Long.toString(pid())));
    }

    /** SIGCONT. */
    public void thaw() {
        run(List.of("kill", "-CONT", Long.toString(pid())));
    }

    /** Runs redis-cli, as a person would, and returns what it prints. */
    public String cli(String... words) {
        List<String> line = new ArrayList<>(List.of("redis-cli", "-h", "127.0.0.1", "-p", Integer.toString(port)));
        line.addAll(List.of(words));
        return run(line).strip();
    }

    @Override
    public void close() {
        kill9();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return String.join(" ", command.subList(0, Math.min(3, command.size()))) + " (port " + port + ", log " + log
                + ")";
    }

    private Process launch() {
        try {
            return new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    command.getFirst() + " cannot be run: apt-get install redis-server redis-sentinel", e);
        }
    }

    private void awaitExit() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException(this + " still runs after " + PATIENCE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Runs a program that ends by itself within the patience, and returns what it prints. */
    static String run(List<String> words) {
        try {
            Process run = new ProcessBuilder(words).redirectErrorStream(true).start();
            run.getOutputStream().close();
            // Who hangs is ended, which ends its output too.
            var unused = run.onExit()
                    .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .exceptionally(late -> run.destroyForcibly());
            return new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(words.getFirst() + " cannot be run: apt-get install redis-tools procps", e);
        }
    }

    private static Path logFile(String name) {
        try {
            Path file = Files.createDirectories(Path.of(LOGS)).resolve(name).toAbsolutePath();
            Files.deleteIfExists(file);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
