package dev.tiercache.service.faults;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.awaitility.Awaitility.await;

import dev.tiercache.service.redis.RedisServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A master, two replicas and three Sentinels on the loopback, that agree on each other. */
final class SentinelSet implements AutoCloseable {

    private static final int SENTINELS = 3;
    private static final int ADDRESS_LINES = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<RedisServer> servers = new ArrayList<>();
    private final List<Integer> ports =
            IntStream.range(0, SENTINELS).mapToObj(i -> RedisServer.freePort()).toList();
    private final List<Process> sentinels = new ArrayList<>();
    private final Path folder;

    private SentinelSet() {
        try {
            folder = Files.createTempDirectory("sentinel-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        RedisServer master = RedisServer.running("--repl-diskless-sync-delay", "0");
        servers.add(master);
        for (int i = 0; i < 2; i++) {
            servers.add(RedisServer.running(
                    "--repl-diskless-sync-delay", "0", "--replicaof", "127.0.0.1 " + master.port()));
        }
        IntStream.range(0, SENTINELS).forEach(i -> configure(i, master.port()));
    }

    /** Starts the servers, and the Sentinels not yet. */
    static SentinelSet withoutSentinels() {
        return new SentinelSet();
    }

    /** Starts all, and waits until every Sentinel knows of all. */
    static SentinelSet running() {
        SentinelSet set = new SentinelSet();
        try {
            set.startSentinels();
            return set;
        } catch (RuntimeException | Error e) {
            set.close();
            throw e;
        }
    }

    /** The URL by which the service finds the master. */
    String url() {
        return "redis-sentinel://"
                + ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","))
                + "/0#mymaster";
    }

    /** Starts the Sentinels, and waits until each knows of all the others and of all servers. */
    void startSentinels() {
        launchSentinels();
        await("Sentinels that know of all")
                .atMost(PATIENCE)
                .until(() -> ports.stream().allMatch(port -> {
                    List<String> master = lines(port, "SENTINEL", "MASTER", "mymaster");
                    return value(master, "num-slaves").equals("2")
                            && value(master, "num-other-sentinels").equals("2")
                            && value(master, "flags").equals("master");
                }));
    }

    /** Starts the Sentinels and waits for nothing. */
    void launchSentinels() {
        for (int i = 0; i < SENTINELS; i++) {
            try {
                sentinels.add(new ProcessBuilder(
                                "redis-sentinel", folder.resolve(i + ".conf").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve(i + ".log").toFile())
                        .start());
            } catch (IOException e) {
                throw new IllegalStateException("redis-sentinel is missing: apt-get install redis-sentinel", e);
            }
        }
    }

    /** Ends the Sentinels as a crash does. */
    void killSentinels() {
        sentinels.forEach(Process::destroyForcibly);
        await("the end of the Sentinels")
                .atMost(PATIENCE)
                .until(() -> sentinels.stream().noneMatch(Process::isAlive));
        sentinels.clear();
    }

    /** Whether any Sentinel answers. */
    boolean anySentinel() {
        return ports.stream().anyMatch(port -> !named(port).isEmpty());
    }

    /** The server that is the master by every Sentinel that is asked. */
    RedisServer master() {
        int port = Integer.parseInt(named(ports.getFirst()));
        return servers.stream()
                .filter(server -> server.port() == port)
                .findFirst()
                .orElseThrow();
    }

    /** Waits until a Sentinel names another master than this one, which is when a client can know. */
    void awaitOtherMaster(RedisServer old) {
        String port = Integer.toString(old.port());
        await("another master")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> ports.stream()
                        .map(SentinelSet::named)
                        .anyMatch(named -> !named.isEmpty() && !named.equals(port)));
    }

    /** Waits until every Sentinel and every server agrees again, after a server has come back. */
    void awaitSettled() {
        await("a settled set").atMost(PATIENCE).until(() -> {
            List<String> named =
                    ports.stream().map(SentinelSet::named).distinct().toList();
            return named.size() == 1
                    && servers.stream()
                                    .filter(server -> server.cli("ROLE").startsWith("master"))
                                    .count()
                            == 1
                    && servers.stream()
                                    .filter(server ->
                                            server.cli("INFO", "replication").contains("master_link_status:up"))
                                    .count()
                            == 2
                    && ports.stream()
                            .allMatch(port -> value(lines(port, "SENTINEL", "MASTER", "mymaster"), "flags")
                                    .equals("master"));
        });
    }

    @Override
    public void close() {
        killSentinels();
        servers.forEach(RedisServer::close);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void configure(int sentinel, int masterPort) {
        try {
            Path data = Files.createDirectory(folder.resolve("data" + sentinel));
            Files.writeString(folder.resolve(sentinel + ".conf"), """
                    port %d
                    bind 127.0.0.1
                    dir %s
                    sentinel monitor mymaster 127.0.0.1 %d 2
                    sentinel down-after-milliseconds mymaster 1000
                    sentinel failover-timeout mymaster 10000
                    sentinel parallel-syncs mymaster 2
                    """.formatted(ports.get(sentinel), data, masterPort));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The port of the master by a Sentinel; empty when it does not answer. Asked so often that a process for each question
     * would take the processors that the trial needs.
     */
    private static String named(int sentinelPort) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), sentinelPort)) {
            socket.setSoTimeout(1_000);
            socket.getOutputStream().write("SENTINEL GET-MASTER-ADDR-BY-NAME mymaster\r\n".getBytes(US_ASCII));
            // *2, $9, 127.0.0.1, $5, 12345
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII))
                    .lines()
                    .limit(ADDRESS_LINES)
                    .skip(ADDRESS_LINES - 1)
                    .findFirst()
                    .orElse("");
        } catch (IOException | UncheckedIOException e) {
            return "";
        }
    }

    private static List<String> lines(int port, String... command) {
        return RedisServer.cliTo(port, command).lines().toList();
    }

    private static String value(List<String> pairs, String name) {
        int at = pairs.indexOf(name);
        return at < 0 ? "" : pairs.get(at + 1);
    }
}
