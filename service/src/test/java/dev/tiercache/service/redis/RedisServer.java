package dev.tiercache.service.redis;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A redis-server process of its own on a free port of the loopback, with an empty folder, that a test may stop, kill,
 * freeze and start again on the same port. Closing it leaves nothing behind.
 */
public final class RedisServer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** Ports below those that the system gives to connections, which could take that of a stopped server. */
    private static final int FIRST_PORT = 10_000;

    private static final int PORTS = 20_000;
    private static final AtomicInteger NEXT_PORT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));

    private final int port;
    private final Path folder;
    private final List<String> options;
    private final List<String> cliOptions;
    private @Nullable Process process;

    private RedisServer(int port, Path folder, List<String> options, List<String> cliOptions) {
        this.port = port;
        this.folder = folder;
        this.options = options;
        this.cliOptions = cliOptions;
    }

    /** Starts one, with further options as on its command line: {@code "--requirepass", "secret"}. */
    public static RedisServer running(String... options) {
        RedisServer server = stopped(options);
        server.start();
        return server;
    }

    /** Starts one that speaks TLS only, with this certificate and its key (PEM files), and further options. */
    public static RedisServer tls(Path certificate, Path key, String... more) {
        RedisServer reserved = stopped();
        List<String> options = new ArrayList<>(List.of(more));
        options.addAll(List.of(
                "--port",
                "0",
                "--tls-port",
                Integer.toString(reserved.port),
                "--tls-cert-file",
                certificate.toString(),
                "--tls-key-file",
                key.toString(),
                "--tls-auth-clients",
                "no"));
        List<String> cli = cliOptions(options);
        cli.addAll(List.of("--tls", "--insecure"));
        RedisServer server = new RedisServer(reserved.port, reserved.folder, options, cli);
        server.start();
        return server;
    }

    /** Takes a port for one that is started later. */
    public static RedisServer stopped(String... options) {
        try {
            Path folder = Files.createTempDirectory("redis-test");
            return new RedisServer(freePort(), folder, List.of(options), cliOptions(List.of(options)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it and waits until it answers, if only to ask for a password. */
    public void start() {
        start(List.of(), List.of("PONG", "NOAUTH", "WRONGPASS"));
    }

    /** Starts it, has it take so long for every key that it saved, and waits until it says that it is loading. */
    public void startLoading(Duration everyKey) {
        start(
                List.of(
                        "--key-load-delay",
                        Long.toString(everyKey.toNanos() / 1000),
                        // It looks at its clients only now and then while it loads: here, after every key or so.
                        "--loading-process-events-interval-bytes",
                        "1024"),
                List.of("LOADING"));
    }

    private void start(List<String> more, List<String> answers) {
        List<String> command = new ArrayList<>(List.of(
                "redis-server", "--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", "", "--dir"));
        command.add(folder.toString());
        command.addAll(options);
        command.addAll(more);
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile())
                    .start();
        } catch (IOException e) {
            throw new IllegalStateException("redis-server is missing: apt-get install redis-server", e);
        }
        await("redis-server on port " + port).atMost(PATIENCE).until(() -> {
            if (!process().isAlive()) {
                throw new IllegalStateException("redis-server ended: " + Files.readString(folder.resolve("log")));
            }
            String answer = cli("PING");
            return answers.stream().anyMatch(answer::contains);
        });
    }

    /** Its port. */
    public int port() {
        return port;
    }

    /** Its URL without a login. */
    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** Ends it as a crash does: without a word to its clients. */
    public void kill() {
        process().destroyForcibly();
        await("the end of redis-server").atMost(PATIENCE).until(() -> !process().isAlive());
    }

    /** Stops the process where it is: the kernel goes on accepting and acknowledging, nobody answers. */
    public void freeze() {
        signal("STOP");
    }

    /** Lets it go on. */
    public void thaw() {
        signal("CONT");
    }

    /** Stops the process for a moment, which ends by itself. */
    public void freezeFor(Duration moment) {
        long pid = process().pid();
        run(
                List.of(
                        "sh",
                        "-c",
                        "kill -STOP " + pid + "; sleep " + moment.toMillis() / 1000.0 + "; kill -CONT " + pid),
                "");
    }

    /** Runs redis-cli, as a person would, and returns what it prints. */
    public String cli(String... command) {
        List<String> line = new ArrayList<>(List.of("redis-cli", "-h", "127.0.0.1", "-p", Integer.toString(port)));
        line.addAll(cliOptions);
        line.addAll(List.of(command));
        return run(line, "");
    }

    /** Runs redis-cli against any other server on the loopback. */
    public static String cliTo(int port, String... command) {
        List<String> line = new ArrayList<>(List.of("redis-cli", "-h", "127.0.0.1", "-p", Integer.toString(port)));
        line.addAll(List.of(command));
        return run(line, "");
    }

    /** Runs redis-cli with several commands on one connection, one a line. */
    public String script(String... lines) {
        List<String> line = new ArrayList<>(List.of("redis-cli", "-h", "127.0.0.1", "-p", Integer.toString(port)));
        line.addAll(cliOptions);
        return run(line, String.join("\n", lines) + "\n");
    }

    @Override
    public void close() {
        Process last = process;
        if (last != null && last.isAlive()) {
            // Also ends a frozen one.
            kill();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A port that is free, and stays so: nobody is given it twice, and the system gives it to nobody. */
    public static int freePort() {
        while (true) {
            int port = FIRST_PORT + Math.floorMod(NEXT_PORT.getAndIncrement(), PORTS);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException e) {
                // Somebody else's.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Process process() {
        if (process == null) {
            throw new IllegalStateException("not started yet");
        }
        return process;
    }

    private void signal(String name) {
        run(List.of("kill", "-" + name, Long.toString(process().pid())), "");
    }

    static String run(List<String> command, String input) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return output.strip();
        } catch (IOException e) {
            throw new IllegalStateException(command.getFirst() + " is missing: apt-get install redis-tools procps", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static List<String> cliOptions(List<String> options) {
        List<String> cli = new ArrayList<>();
        for (int i = 0; i + 1 < options.size(); i++) {
            if (options.get(i).equals("--requirepass")) {
                cli.addAll(List.of("--no-auth-warning", "-a", options.get(i + 1)));
            }
        }
        return cli;
    }
}
