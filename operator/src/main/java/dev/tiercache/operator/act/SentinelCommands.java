package dev.tiercache.operator.act;

import dev.tiercache.operator.desired.AclFile;
import dev.tiercache.operator.desired.Names;
import dev.tiercache.operator.observe.Replies;
import dev.tiercache.operator.plan.Action.PodRef;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.ProtocolKeyword;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The commands by which masters are made and Sentinels are told of them; each answer is waited for up to a deadline. */
final class SentinelCommands {
    /** Flags of a master: its Sentinel replaces it; enough Sentinels see it down. */
    static final String FAILING_OVER = "failover_in_progress";

    static final String DOWN = "o_down";

    private static final Pattern UNREACHED = Pattern.compile("_down|disconnected");

    private static final String REDIS_PORT = Integer.toString(Names.REDIS_PORT);

    private final StatefulRedisConnection<String, String> connection;
    private final Duration deadline;

    /** A question to a pod. */
    interface Question<T> {
        T put(SentinelCommands pod) throws TimeoutException, ExecutionException, InterruptedException;
    }

    /** How pods are talked to. */
    interface Reach {
        /** Null if the pod cannot be reached. */
        @Nullable
        SentinelCommands to(PodRef pod);

        /** What a pod answers, or what holds if it cannot be reached or does not. */
        default <T> T ask(PodRef pod, Question<T> question, T otherwise) throws InterruptedException {
            try {
                SentinelCommands reached = to(pod);
                return reached == null ? otherwise : question.put(reached);
            } catch (TimeoutException | ExecutionException silent) {
                return otherwise;
            }
        }
    }

    SentinelCommands(StatefulRedisConnection<String, String> connection, Duration deadline) {
        this.connection = connection;
        this.deadline = deadline;
    }

    // Of a Redis.

    boolean isMaster() throws TimeoutException, ExecutionException, InterruptedException {
        return "master".equals(replication().get("role"));
    }

    /** The lines of INFO replication. */
    Map<String, String> replication() throws TimeoutException, ExecutionException, InterruptedException {
        return info("replication");
    }

    void follow(String address) throws TimeoutException, ExecutionException, InterruptedException {
        status(CommandType.REPLICAOF, address, REDIS_PORT);
    }

    void followNobody() throws TimeoutException, ExecutionException, InterruptedException {
        status(CommandType.REPLICAOF, "NO", "ONE");
    }

    /** Clients wait with their writes, no longer than a time; reads go on. */
    void pauseWrites(Duration longest) throws TimeoutException, ExecutionException, InterruptedException {
        status(CommandType.CLIENT, "PAUSE", Long.toString(longest.toMillis()), "WRITE");
    }

    void resumeWrites() throws TimeoutException, ExecutionException, InterruptedException {
        status(CommandType.CLIENT, "UNPAUSE");
    }

    /** Ends the connections of clients, which then look for the master anew; this one and those of replicas stay. */
    void disconnectClients() throws TimeoutException, ExecutionException, InterruptedException {
        send(new NestedMultiOutput<>(StringCodec.UTF8), CommandType.CLIENT, "KILL", "TYPE", "normal", "SKIPME", "yes");
    }

    // Of a Sentinel.

    /** Address of the master that it names, or null. */
    @Nullable
    String named(String masterName) throws TimeoutException, ExecutionException, InterruptedException {
        Object pair = send(
                new NestedMultiOutput<>(StringCodec.UTF8), CommandType.SENTINEL, "GET-MASTER-ADDR-BY-NAME", masterName);
        return Replies.host(pair);
    }

    /** Address of the master that it names; empty if it names none. */
    String namedOrNobody(String masterName) throws TimeoutException, ExecutionException, InterruptedException {
        String named = named(masterName);
        return named == null ? "" : named;
    }

    /** Whether it does nothing, for it was held up and distrusts its clock. */
    boolean isTilted() throws TimeoutException, ExecutionException, InterruptedException {
        return "1".equals(info("sentinel").get("sentinel_tilt"));
    }

    /** Whether it carries out a failover. */
    boolean isFailingOver(String masterName) throws TimeoutException, ExecutionException, InterruptedException {
        return flags(masterName).contains(FAILING_OVER);
    }

    /** Whether it carries out a failover, or finds the master down and so may be about to. */
    boolean isReplacing(String masterName) throws TimeoutException, ExecutionException, InterruptedException {
        String flags = flags(masterName);
        return flags.contains(FAILING_OVER) || flags.contains("_down");
    }

    /** After how long a silence it takes the master for down. */
    Duration downAfter(String masterName) throws TimeoutException, ExecutionException, InterruptedException {
        return Duration.ofMillis(Long.parseLong(master(masterName).getOrDefault("down-after-milliseconds", "0")));
    }

    /** What it knows of the master: the fields of SENTINEL MASTER. */
    Map<String, String> master(String masterName) throws TimeoutException, ExecutionException, InterruptedException {
        return Replies.fields(
                send(new NestedMultiOutput<>(StringCodec.UTF8), CommandType.SENTINEL, "MASTER", masterName));
    }

    /** How long ago it asked each replica that it reaches and has heard, in milliseconds: how old what it knows of them is. */
    List<Long> looks(String masterName) throws TimeoutException, ExecutionException, InterruptedException {
        Object replicas = send(new NestedMultiOutput<>(StringCodec.UTF8), CommandType.SENTINEL, "REPLICAS", masterName);
        if (!(replicas instanceof List<?> list)) {
            return List.of();
        }
        return list.stream()
                .map(Replies::fields)
                .filter(replica ->
                        !UNREACHED.matcher(replica.getOrDefault("flags", "")).find())
                .map(replica -> Long.parseLong(replica.getOrDefault("info-refresh", "0")))
                .filter(age -> age > 0)
                .toList();
    }

    /** From now on it asks each Redis so often, unless it has reason to ask more often: until it is restarted. */
    void lookEvery(Duration period) throws TimeoutException, ExecutionException, InterruptedException {
        status(CommandType.SENTINEL, "DEBUG", "info-period", Long.toString(period.toMillis()));
    }

    /** Begins a failover without the consent of the others; the answer is what it says against it, or empty. */
    String failover(String masterName) throws TimeoutException, ExecutionException, InterruptedException {
        try {
            status(CommandType.SENTINEL, "FAILOVER", masterName);
            return "";
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof RedisCommandExecutionException said) {
                return String.valueOf(said.getMessage());
            }
            throw failure;
        }
    }

    void monitor(String masterName, String address, String quorum)
            throws TimeoutException, ExecutionException, InterruptedException {
        if (named(masterName) != null) {
            status(CommandType.SENTINEL, "REMOVE", masterName);
        }
        status(CommandType.SENTINEL, "MONITOR", masterName, address, REDIS_PORT, quorum);
    }

    void authenticate(String masterName, String password)
            throws TimeoutException, ExecutionException, InterruptedException {
        status(CommandType.SENTINEL, "SET", masterName, "auth-user", AclFile.SENTINEL, "auth-pass", password);
    }

    void set(String masterName, Map<String, String> settings)
            throws TimeoutException, ExecutionException, InterruptedException {
        for (var setting : new TreeMap<>(settings).entrySet()) {
            status(CommandType.SENTINEL, "SET", masterName, setting.getKey(), setting.getValue());
        }
    }

    void reset(String masterName) throws TimeoutException, ExecutionException, InterruptedException {
        send(new NestedMultiOutput<>(StringCodec.UTF8), CommandType.SENTINEL, "RESET", masterName);
    }

    private String flags(String masterName) throws TimeoutException, ExecutionException, InterruptedException {
        return master(masterName).getOrDefault("flags", "");
    }

    private Map<String, String> info(String section) throws TimeoutException, ExecutionException, InterruptedException {
        return Replies.facts(connection.async().info(section).get(deadline.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void status(ProtocolKeyword command, String... words)
            throws TimeoutException, ExecutionException, InterruptedException {
        send(new StatusOutput<>(StringCodec.UTF8), command, words);
    }

    private <T> T send(CommandOutput<String, String, T> output, ProtocolKeyword command, String... words)
            throws TimeoutException, ExecutionException, InterruptedException {
        var args = new CommandArgs<>(StringCodec.UTF8);
        for (String word : words) {
            args.add(word);
        }
        return connection.async().dispatch(command, output, args).get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }
}
