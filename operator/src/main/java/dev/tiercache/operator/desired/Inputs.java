package dev.tiercache.operator.desired;

import java.util.Map;

/**
 * What is needed beside the resource itself to say what should be.
 *
 * @param images images that hold where the resource names none
 * @param credentials passwords
 * @param addresses ClusterIP of each pod's own Service, by name; only asked for in mode Sentinel. As long as one is
 *     missing, only what does not need it can be said
 * @param redisReplicas how many Redis pods there shall be now: while some are to go, more than the resource says
 */
public record Inputs(ImageDefaults images, Credentials credentials, Map<String, String> addresses, int redisReplicas) {

    public Inputs {
        addresses = Map.copyOf(addresses);
    }

    /** For mode Standalone. */
    public Inputs(ImageDefaults images, Credentials credentials) {
        this(images, credentials, Map.of(), 1);
    }
}
