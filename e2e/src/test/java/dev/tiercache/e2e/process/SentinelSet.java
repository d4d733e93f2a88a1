package dev.tiercache.e2e.process;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A master with replicas, and Sentinels that watch it; all of them processes of this machine. */
public final class SentinelSet implements AutoCloseable {

    /** What the Sentinels call the master. */
    public static final String MASTER = "main";

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final List<RedisProcess> servers = new ArrayList<>();
    private final List<RedisProcess> sentinels = new ArrayList<>();

    /** Starts them; the first server is the master. Waits until each Sentinel knows what it takes for a failover. */
    public static SentinelSet start(int servers, int sentinels, Duration downAfter) {
        SentinelSet set = new SentinelSet();
        try {
            set.launch(servers, sentinels, downAfter);
        } catch (RuntimeException e) {
            set.close();
            throw e;
        }
        return set;
    }

    private void launch(int servers, int sentinels, Duration downAfter) {
        String[] quick = {"--repl-diskless-sync-delay", "0"};
        this.servers.add(RedisProcess.server(quick));
        String master = Integer.toString(this.servers.getFirst().port());
        for (int i = 1; i < servers; i++) {
            this.servers.add(RedisProcess.server(quick[0], quick[1], "--replicaof", "127.0.0.1 " + master));
        }
        for (int i = 0; i < sentinels; i++) {
            this.sentinels.add(RedisProcess.sentinel(
                    "sentinel monitor " + MASTER + " 127.0.0.1 " + master + " " + (sentinels / 2 + 1),
                    "sentinel down-after-milliseconds " + MASTER + " " + downAfter.toMillis(),
                    "sentinel failover-timeout " + MASTER + " 5000"));
        }
        await("replicas and Sentinels that know each other")
                .atMost(PATIENCE)
                .until(() -> this.sentinels.stream().allMatch(sentinel -> knows(sentinel, servers - 1, sentinels - 1))
                        && master().cli("INFO", "replication")
                                        .lines()
                                        .filter(line -> line.contains("state=online"))
                                        .count()
                                == servers - 1);
    }

    /** The server that the first Sentinel names. */
    public RedisProcess master() {
        String port = sentinels
                .getFirst()
                .cli("SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER)
                .lines()
                .toList()
                .getLast();
        return servers.stream()
                .filter(server -> Integer.toString(server.port()).equals(port))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the Sentinel names port " + port));
    }

    /** All servers, whatever they are now. */
    public List<RedisProcess> servers() {
        return List.copyOf(servers);
    }

    /** All servers but the master. */
    public List<RedisProcess> replicas() {
        RedisProcess master = master();
        return servers.stream().filter(server -> server != master).toList();
    }

    public List<RedisProcess> sentinels() {
        return List.copyOf(sentinels);
    }

    /** For a client that asks the Sentinels. */
    public String url() {
        return sentinels.stream()
                .map(sentinel -> "127.0.0.1:" + sentinel.port())
                .collect(Collectors.joining(",", "redis-sentinel://", "/0#" + MASTER));
    }

    @Override
    public void close() {
        sentinels.forEach(RedisProcess::close);
        servers.forEach(RedisProcess::close);
    }

    private static boolean knows(RedisProcess sentinel, int replicas, int otherSentinels) {
        List<String> details =
                sentinel.cli("SENTINEL", "MASTER", MASTER).lines().toList();
        return value(details, "num-slaves").equals(Integer.toString(replicas))
                && value(details, "num-other-sentinels").equals(Integer.toString(otherSentinels));
    }

    private static String value(List<String> details, String name) {
        int at = details.indexOf(name);
        return at < 0 ? "" : details.get(at + 1);
    }
}
