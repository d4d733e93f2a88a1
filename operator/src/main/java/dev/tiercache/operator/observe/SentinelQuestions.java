package dev.tiercache.operator.observe;

import dev.tiercache.operator.observe.RedisProbe.Countdown;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Asks one Sentinel everything the operator wants to know, in one round trip. */
final class SentinelQuestions {
    private static final Set<String> SETTINGS =
            Set.of("quorum", "down-after-milliseconds", "failover-timeout", "parallel-syncs");

    /** A Sentinel is elected and begins within a second or two of the moment at which enough agree, if at all. */
    private static final long STALLED_AFTER_MILLIS = 3_000;

    /** How it says so. */
    private static final List<String> UNKNOWN = List.of("ERR No such master", "NOQUORUM");

    private SentinelQuestions() {}

    static RedisAnswer.Watching ask(RedisAsyncCommands<String, String> sentinel, String masterName, Countdown clock)
            throws TimeoutException, ExecutionException, InterruptedException {
        var address = send(sentinel, new NestedMultiOutput<>(StringCodec.UTF8), "GET-MASTER-ADDR-BY-NAME", masterName);
        var master = send(sentinel, new NestedMultiOutput<>(StringCodec.UTF8), "MASTER", masterName);
        var replicas = send(sentinel, new NestedMultiOutput<>(StringCodec.UTF8), "REPLICAS", masterName);
        var quorum = send(sentinel, new StatusOutput<>(StringCodec.UTF8), "CKQUORUM", masterName);
        var periods = sentinel.dispatch(
                CommandType.SENTINEL,
                new NestedMultiOutput<>(StringCodec.UTF8),
                new CommandArgs<>(StringCodec.UTF8).add("DEBUG"));
        var info = sentinel.info();
        var users = sentinel.aclList();

        Object named = clock.await(address);
        Map<String, String> facts = Replies.fields(known(clock, master));
        String flags = facts.getOrDefault("flags", "");
        boolean overdue = Long.parseLong(facts.getOrDefault("o-down-time", "0")) > STALLED_AFTER_MILLIS;
        // Two that stand for election at the same moment may wait for each other's vote for long.
        boolean failover = flags.contains("failover_in_progress") && !(overdue && Replies.standsForElection(facts));
        Map<String, String> settings = new HashMap<>(facts);
        settings.keySet().retainAll(SETTINGS);
        return new RedisAnswer.Watching(
                Replies.host(named),
                failover,
                flags.contains("s_down") || flags.contains("o_down"),
                overdue && !failover,
                addresses(known(clock, replicas)),
                Integer.parseInt(facts.getOrDefault("num-other-sentinels", "0")),
                settings,
                isHurried(Replies.fields(clock.await(periods))),
                known(clock, quorum) != null,
                "1".equals(Replies.facts(clock.await(info)).get("sentinel_tilt")),
                RedisProbe.byName(clock.await(users)));
    }

    private static <T> RedisFuture<T> send(
            RedisAsyncCommands<String, String> sentinel,
            CommandOutput<String, String, T> output,
            String subcommand,
            String masterName) {
        var args = new CommandArgs<>(StringCodec.UTF8).add(subcommand).add(masterName);
        return sentinel.dispatch(CommandType.SENTINEL, output, args);
    }

    /** An answer, or null where the Sentinel says that it knows no such master, or that there is no quorum. */
    private static @Nullable Object known(Countdown clock, RedisFuture<?> answer)
            throws TimeoutException, ExecutionException, InterruptedException {
        try {
            return clock.await(answer);
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof RedisCommandExecutionException said
                    && UNKNOWN.stream().anyMatch(String.valueOf(said.getMessage())::startsWith)) {
                return null;
            }
            throw failure;
        }
    }

    private static boolean isHurried(Map<String, String> periods) {
        return periods.entrySet().stream()
                .filter(period -> period.getKey().equalsIgnoreCase("info-period"))
                .anyMatch(period -> Long.parseLong(period.getValue()) < RedisAnswer.USUAL_LOOKS.toMillis());
    }

    private static Set<String> addresses(@Nullable Object replicas) {
        return replicas instanceof List<?> list
                ? list.stream()
                        .map(replica -> Replies.fields(replica).getOrDefault("ip", ""))
                        .collect(Collectors.toSet())
                : Set.of();
    }
}
