package dev.tiercache.service.cache.l2.redis;

import dev.tiercache.service.cache.metrics.CacheMeters.Operation;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Redis said against the last command of a kind; gone with the next one that it carries out. */
final class Refusals {

    private static final Logger LOG = LoggerFactory.getLogger(RedisSession.class);

    private final Map<Operation, String> reasons = new ConcurrentHashMap<>();

    void refused(Operation operation, String reason) {
        if (reasons.put(operation, reason) == null) {
            LOG.warn("event=l2_refuses operation={} error=\"{}\"", operation, reason);
        }
    }

    void carriedOut(Operation operation) {
        // Most of the time there is none.
        if (!reasons.isEmpty()) {
            reasons.remove(operation);
        }
    }

    boolean has(Operation operation) {
        return reasons.containsKey(operation);
    }

    /** One of them, for people; empty when there is none. */
    String first() {
        return reasons.entrySet().stream()
                .map(refusal -> refusal.getKey() + " refused: " + refusal.getValue())
                .findFirst()
                .orElse("");
    }
}
