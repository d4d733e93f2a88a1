package dev.tiercache.operator.act;

import dev.tiercache.operator.desired.RedisKeys;
import dev.tiercache.operator.observe.RedisUser;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The commands that change a running Redis; each answer is waited for no longer than a deadline. */
final class RedisCommands {
    private final StatefulRedisConnection<String, String> connection;
    private final Duration deadline;

    RedisCommands(StatefulRedisConnection<String, String> connection, Duration deadline) {
        this.connection = connection;
        this.deadline = deadline;
    }

    /**
     * Sets parameters one by one, so that one that Redis does not accept does not hold back the others, and reads each
     * back.
     *
     * @return parameters that were not taken, with what Redis said
     */
    Map<String, String> setConfig(Map<String, String> values)
            throws TimeoutException, InterruptedException, ExecutionException {
        var rejected = new TreeMap<String, String>();
        for (var entry : new TreeMap<>(values).entrySet()) {
            String key = entry.getKey();
            try {
                await(connection.async().configSet(key, entry.getValue()));
                String now = await(connection.async().configGet(key)).getOrDefault(key, "");
                if (!RedisKeys.sameValue(key, entry.getValue(), now)) {
                    rejected.put(key, "Redis answers '" + now + "' after it was set to '" + entry.getValue() + "'");
                }
            } catch (ExecutionException failure) {
                if (!(failure.getCause() instanceof RedisCommandExecutionException said)) {
                    throw failure;
                }
                rejected.put(key, String.valueOf(said.getMessage()));
            }
        }
        return rejected;
    }

    /** Sets one user; a single command, so that no client ever sees half of it. */
    void setUser(RedisUser user, boolean keepPasswords)
            throws TimeoutException, InterruptedException, ExecutionException {
        var args = new CommandArgs<>(StringCodec.UTF8).add("SETUSER").add(user.name());
        rules(user, keepPasswords ? present(user.name()) : null).forEach(args::add);
        await(connection.async().dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), args));
    }

    /**
     * The rules that make the user what it shall be.
     *
     * @param keep the user as it is now if its passwords stay accepted, or null
     */
    static List<String> rules(RedisUser user, @Nullable RedisUser keep) {
        var rules = new ArrayList<String>();
        rules.add(user.enabled() ? "on" : "off");
        if (keep == null) {
            rules.add("resetpass");
        }
        if (user.noPassword()) {
            rules.add("nopass");
        } else if (keep == null || !keep.noPassword()) {
            // Adding a password takes "nopass" away, which a user that must keep it does not survive.
            user.hashes().stream().sorted().forEach(hash -> rules.add("#" + hash));
        }
        rules.addAll(List.of("resetkeys", "resetchannels", "-@all"));
        rules.addAll(user.rules());
        return rules;
    }

    private @Nullable RedisUser present(String name) throws TimeoutException, InterruptedException, ExecutionException {
        return await(connection.async().aclList()).stream()
                .map(RedisUser::parse)
                .filter(user -> user.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private <T> T await(Future<T> answer) throws TimeoutException, InterruptedException, ExecutionException {
        return answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }
}
