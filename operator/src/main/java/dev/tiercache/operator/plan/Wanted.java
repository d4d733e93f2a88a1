package dev.tiercache.operator.plan;

import dev.tiercache.operator.crd.CacheDeployment;
import dev.tiercache.operator.desired.Names;
import dev.tiercache.operator.observe.RedisUser;
import dev.tiercache.operator.observe.Resources;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
 * @param topology master, replicas and Sentinels, or null where there is one Redis alone
 * @param switchover who shall be master as a person asks: a pod, {@link #ANY}, or {@link #NOT} with the pod that shall not;
 *     empty if nobody asks
 */
public record Wanted(
        String restartHash,
        Map<String, String> config,
        Map<String, String> defaults,
        Map<String, String> restart,
        List<RedisUser> users,
        Resources resources,
        String apiFilesHash,
        @Nullable Topology topology,
        String switchover) {

    /** What {@link #switchover} says where no pod is meant in particular. */
    public static final String ANY = "any";

    /** Before the name of a pod: any other shall be master. That is what {@link #ANY} means, and is true once it was done. */
    public static final String NOT = "!";

    /** Of one Redis alone. */
    public Wanted(
            String restartHash,
            Map<String, String> config,
            Map<String, String> defaults,
            Map<String, String> restart,
            List<RedisUser> users,
            Resources resources,
            String apiFilesHash) {
        this(restartHash, config, defaults, restart, users, resources, apiFilesHash, null, "");
    }

    /** What the annotation asks for; only a word that no pod has is asked for by an empty one. */
    public static String switchover(CacheDeployment cache) {
        var annotations = cache.getMetadata().getAnnotations();
        String wish = annotations == null ? null : annotations.get(Names.ANNOTATION_SWITCHOVER);
        return wish == null ? "" : wish.isBlank() ? "(empty)" : wish.strip();
    }

    /** The same, but for a parameter of a running Redis. */
    Wanted with(String key, String value) {
        var changed = new HashMap<>(config);
        changed.put(key, value);
        return new Wanted(
                restartHash, changed, defaults, restart, users, resources, apiFilesHash, topology, switchover);
    }

    public Wanted {
        config = Map.copyOf(config);
        defaults = Map.copyOf(defaults);
        restart = Map.copyOf(restart);
        users = List.copyOf(users);
    }
}
