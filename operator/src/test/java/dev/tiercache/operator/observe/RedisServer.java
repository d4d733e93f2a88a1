package dev.tiercache.operator.observe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A real redis-server process on a free loopback port, with the users given; ends with its test. */
public final class RedisServer implements AutoCloseable {
    private final Path directory;
    private final int port;
    private final List<String> command;
    private Process process;

    private RedisServer(Path directory, int port, List<String> command, Process process) {
        this.directory = directory;
        this.port = port;
        this.command = command;
        this.process = process;
    }

    /**
     * Starts a server and waits until it listens.
     *
     * @param acl content of its ACL file
     * @param options further options, as on the command line
     */
    public static RedisServer start(Path directory, String acl, String... options) throws IOException {
        int port = freePort();
        Path users = directory.resolve("users.acl");
        Files.writeString(users, acl);
        var command = new ArrayList<>(List.of(
                "redis-server",
                "--port",
                String.valueOf(port),
                "--bind",
                "127.0.0.1",
                "--dir",
                directory.toString(),
                "--aclfile",
                users.toString(),
                "--save",
                ""));
        command.addAll(Arrays.asList(options));
        var server = new RedisServer(directory, port, command, launch(directory, command));
        server.awaitListening();
        return server;
    }

    public int port() {
        return port;
    }

    /** The target of the operator's questions. */
    public RedisTarget target(String username, String password) {
        return new RedisTarget("uid-" + port, "reports-redis-0", "127.0.0.1", port, username, password);
    }

    /** Stops the process without ending it: it keeps its connections and answers nothing. */
    public void freeze() throws Exception {
        signal("-STOP");
    }

    /** Goes on after {@link #freeze()}. */
    public void thaw() throws Exception {
        signal("-CONT");
    }

    /** Ends the process at once, as the kernel does when memory runs out. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    /** Starts it again on the same port and directory. */
    public void restart() throws IOException {
        process = launch(directory, command);
        awaitListening();
    }

    @Override
    public void close() throws Exception {
        signal("-CONT");
        kill();
    }

    private static Process launch(Path directory, List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("redis.log").toFile())
                .start();
    }

    private void awaitListening() {
        Awaitility.await("redis-server on port " + port)
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptions()
                .until(() -> {
                    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                        return socket.isConnected();
                    }
                });
    }

    private void signal(String name) throws Exception {
        if (process.isAlive()) {
            new ProcessBuilder("kill", name, String.valueOf(process.pid()))
                    .start()
                    .waitFor(5, TimeUnit.SECONDS);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
