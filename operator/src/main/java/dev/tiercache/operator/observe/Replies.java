package dev.tiercache.operator.observe;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what Redis and Sentinels answer as nested lists. */
public final class Replies {
    private Replies() {}

    /** Lines {@code name:value}, as INFO has them. */
    public static Map<String, String> facts(String info) {
        Map<String, String> facts = new HashMap<>();
        info.lines().forEach(line -> {
            int colon = line.indexOf(':');
            if (colon > 0) {
                facts.put(line.substring(0, colon), line.substring(colon + 1).strip());
            }
        });
        return facts;
    }

    /** Pairs of name and value, as a flat list; nothing where the reply is something else. */
    public static Map<String, String> fields(@Nullable Object reply) {
        Map<String, String> fields = new HashMap<>();
        if (reply instanceof List<?> list) {
            for (Iterator<?> words = list.iterator(); words.hasNext(); ) {
                Object key = words.next();
                if (words.hasNext()) {
                    fields.put(String.valueOf(key), String.valueOf(words.next()));
                }
            }
        }
        return fields;
    }

    /** The host of a pair of host and port, or null where there is none. */
    public static @Nullable String host(@Nullable Object reply) {
        return reply instanceof List<?> pair && !pair.isEmpty() && pair.getFirst() instanceof String host ? host : null;
    }

    /**
     * Whether a Sentinel waits for the votes of others to begin a failover.
     *
     * @param master what it answers to SENTINEL MASTER; one that was told to begin needs no votes
     */
    public static boolean standsForElection(Map<String, String> master) {
        return "wait_start".equals(master.get("failover-state"))
                && !master.getOrDefault("flags", "").contains("force_failover");
    }
}
