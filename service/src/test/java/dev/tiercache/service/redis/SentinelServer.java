package dev.tiercache.service.redis;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A redis-sentinel process of its own on a free port of the loopback that watches one master, called {@code main}, and
 * that a test may kill and freeze. Closing it leaves nothing behind.
 */
public final class SentinelServer implements AutoCloseable {

    /** What the master is called. */
    public static final String MASTER = "main";

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final int port = RedisServer.freePort();
    private final Path folder;
    private final List<String> cliOptions;
    private final Process process;

    /**
     * Starts one and waits until it answers.
     *
     * @param quorum how many have to agree that the master is gone
     * @param cliOptions what redis-cli needs to talk to it
     * @param configuration further lines of its configuration
     */
    private SentinelServer(RedisServer master, int quorum, List<String> cliOptions, List<String> configuration) {
        this.cliOptions = cliOptions;
        List<String> lines = new ArrayList<>();
        lines.add("bind 127.0.0.1");
        lines.addAll(configuration.stream()
                .map(line -> line.replace("PORT", Integer.toString(port)))
                .toList());
        lines.add("sentinel monitor " + MASTER + " 127.0.0.1 " + master.port() + " " + quorum);
        lines.add("sentinel down-after-milliseconds " + MASTER + " 1000");
        lines.add("sentinel failover-timeout " + MASTER + " 5000");
        try {
            this.folder = Files.createTempDirectory("sentinel-test");
            lines.add("dir " + folder);
            Path file = Files.write(folder.resolve("sentinel.conf"), lines);
            this.process = new ProcessBuilder("redis-sentinel", file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile())
                    .start();
        } catch (IOException e) {
            throw new IllegalStateException("redis-sentinel is missing: apt-get install redis-sentinel", e);
        }
        await("redis-sentinel on port " + port).atMost(PATIENCE).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("redis-sentinel ended: " + Files.readString(folder.resolve("log")));
            }
            return cli("PING").contains("PONG");
        });
    }

    /** Starts one with further lines of configuration. */
    public static SentinelServer watching(RedisServer master, int quorum, String... configuration) {
        List<String> lines = new ArrayList<>(List.of("port PORT"));
        lines.addAll(List.of(configuration));
        return new SentinelServer(master, quorum, List.of(), lines);
    }

    /** Starts one that asks for a password of its own. */
    public static SentinelServer guarded(RedisServer master, String password, String... configuration) {
        List<String> lines =
                new ArrayList<>(List.of("port PORT", "requirepass " + password, "sentinel sentinel-pass " + password));
        lines.addAll(List.of(configuration));
        return new SentinelServer(master, 1, List.of("--no-auth-warning", "-a", password), lines);
    }

    /** Starts one that speaks TLS only, also with the master. */
    public static SentinelServer tls(RedisServer master, Path certificate, Path key) {
        return new SentinelServer(
                master,
                1,
                List.of("--tls", "--insecure"),
                List.of(
                        "port 0",
                        "tls-port PORT",
                        "tls-replication yes",
                        "tls-cert-file " + certificate,
                        "tls-key-file " + key,
                        "tls-ca-cert-file " + certificate,
                        "tls-auth-clients no"));
    }

    /** Its port. */
    public int port() {
        return port;
    }

    /** The port of the master, as this one has it. */
    public int masterPort() {
        return Integer.parseInt(cli("SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER)
                .lines()
                .toList()
                .getLast());
    }

    /** Whether it knows all that it takes for a failover. */
    public boolean knows(int sentinels, int replicas) {
        List<String> details = cli("SENTINEL", "MASTER", MASTER).lines().toList();
        return details.get(details.indexOf("num-other-sentinels") + 1).equals(Integer.toString(sentinels - 1))
                && details.get(details.indexOf("num-slaves") + 1).equals(Integer.toString(replicas));
    }

    /** Ends it at once. */
    public void kill() {
        process.destroyForcibly();
        await("the end of redis-sentinel").atMost(PATIENCE).until(() -> !process.isAlive());
    }

    /** Stops the process where it is: the kernel goes on accepting, nobody answers. */
    public void freeze() {
        RedisServer.run(List.of("kill", "-STOP", Long.toString(process.pid())), "");
    }

    /** Runs redis-cli and returns what it prints. */
    public String cli(String... command) {
        List<String> line = new ArrayList<>(List.of("redis-cli", "-h", "127.0.0.1", "-p", Integer.toString(port)));
        line.addAll(cliOptions);
        line.addAll(List.of(command));
        return RedisServer.run(line, "");
    }

    @Override
    public void close() {
        if (process.isAlive()) {
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
}
