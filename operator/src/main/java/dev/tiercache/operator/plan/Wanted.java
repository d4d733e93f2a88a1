package dev.tiercache.operator.plan;

import dev.tiercache.operator.observe.RedisUser;
import dev.tiercache.operator.observe.Resources;
import java.util.List;
import java.util.Map;

/**
 * What the running parts shall be like; everything else is written into objects and left to Kubernetes.
 *
 * @param restartHash names what a Redis pod must have been made from
 * @param config parameters that Redis takes while it runs, with their values
 * @param defaults parameters that nobody asks for, with Redis' own default: for a key that was removed from the spec. A
 *     server that has no such key, or does not take the value, is right
 * @param restart parameters that only a restart applies, with their values
 * @param users users of Redis
 * @param resources CPU and memory of the container {@code redis}
 * @param apiFilesHash names the content of the files mounted into API pods; empty where there is no API
 */
public record Wanted(
        String restartHash,
        Map<String, String> config,
        Map<String, String> defaults,
        Map<String, String> restart,
        List<RedisUser> users,
        Resources resources,
        String apiFilesHash) {
    public Wanted {
        config = Map.copyOf(config);
        defaults = Map.copyOf(defaults);
        restart = Map.copyOf(restart);
        users = List.copyOf(users);
    }
}
