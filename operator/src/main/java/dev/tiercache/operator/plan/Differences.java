package dev.tiercache.operator.plan;

import dev.tiercache.operator.desired.RedisKeys;
import dev.tiercache.operator.observe.Observation;
import dev.tiercache.operator.observe.PodView;
import dev.tiercache.operator.observe.RedisAnswer;
import dev.tiercache.operator.observe.RedisUser;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the running parts differ from what is wanted.
 *
 * @param known whether Redis could be asked: without an answer nothing is known of config and users
 * @param config parameters that Redis has not, with the values it shall have
 * @param defaults parameters that nobody asks for and that have not Redis' default
 * @param missing users that cannot log in or act as they shall
 * @param surplus users that accept more passwords than they shall
 * @param resources whether the container of Redis has, or is to be given, other CPU or memory
 * @param restart whether the Redis pod was made from something else
 */
public record Differences(
        boolean known,
        Map<String, String> config,
        Map<String, String> defaults,
        List<RedisUser> missing,
        List<RedisUser> surplus,
        boolean resources,
        boolean restart) {

    public Differences {
        config = Map.copyOf(config);
        defaults = Map.copyOf(defaults);
        missing = List.copyOf(missing);
        surplus = List.copyOf(surplus);
    }

    /** Whether there are none. */
    boolean settled() {
        return config.isEmpty()
                && defaults.isEmpty()
                && missing.isEmpty()
                && surplus.isEmpty()
                && !resources
                && !restart;
    }

    /** Compares what is wanted with what is there. */
    public static Differences between(Wanted wanted, Observation now) {
        PodView pod = now.redisPod();
        boolean resources = pod != null
                // Both: what is still asked for in the spec comes as soon as the node has room.
                && !(pod.allotted().grant(wanted.resources()) && pod.wanted().grant(wanted.resources()));
        boolean restart = pod != null && !pod.restartHash().equals(wanted.restartHash());
        if (!(now.redis() instanceof RedisAnswer.Answering redis)) {
            return new Differences(false, Map.of(), Map.of(), List.of(), List.of(), resources, restart);
        }
        var config = new TreeMap<String, String>();
        wanted.config().forEach((key, value) -> {
            String actual = redis.config().get(key);
            if (actual == null || !RedisKeys.sameValue(key, value, actual)) {
                config.put(key, value);
            }
        });
        wanted.restart().forEach((key, value) -> {
            // A server does not start with a key that it does not know. Trying to set it has the server say so, and the
            // pod is not restarted as long as it does.
            if (!redis.config().containsKey(key)) {
                config.put(key, value);
            }
        });
        var defaults = new TreeMap<String, String>();
        wanted.defaults().forEach((key, value) -> {
            String actual = redis.config().get(key);
            boolean differs = actual != null && !RedisKeys.sameValue(key, value, actual);
            if (differs && !now.refusedDefaults().contains(key + " " + value)) {
                defaults.put(key, value);
            }
        });
        return new Differences(
                true,
                config,
                defaults,
                missing(wanted.users(), redis.users()),
                surplus(wanted.users(), redis.users()),
                resources,
                restart);
    }

    /** Users that lack a password or a right, or are not there at all. */
    static List<RedisUser> missing(List<RedisUser> wanted, Map<String, RedisUser> actual) {
        return wanted.stream()
                .filter(user -> !suffices(actual.get(user.name()), user))
                .toList();
    }

    /** Users that accept a password that they shall not. */
    static List<RedisUser> surplus(List<RedisUser> wanted, Map<String, RedisUser> actual) {
        return wanted.stream()
                .filter(user -> acceptsMore(actual.get(user.name()), user))
                .toList();
    }

    private static boolean suffices(@Nullable RedisUser actual, RedisUser wanted) {
        return actual != null
                && actual.enabled() == wanted.enabled()
                && (actual.noPassword() || !wanted.noPassword())
                && (actual.noPassword() || actual.hashes().containsAll(wanted.hashes()))
                && actual.rules().equals(wanted.rules());
    }

    private static boolean acceptsMore(@Nullable RedisUser actual, RedisUser wanted) {
        return actual != null
                && !wanted.noPassword()
                && (actual.noPassword() || !wanted.hashes().containsAll(actual.hashes()));
    }
}
