package dev.tiercache.service.web;

import dev.tiercache.service.cache.l2.L2Status;
import java.util.LinkedHashMap;
import java.util.Map;

/** What answers say of the link to Redis. */
public final class RedisView {

    private RedisView() {}

    /** As members of a JSON object. */
    public static Map<String, Object> of(L2Status l2) {
        Map<String, Object> redis = new LinkedHashMap<>();
        redis.put("state", l2.state().name());
        redis.put("since", l2.since().toString());
        redis.put("role", l2.role());
        redis.put("tracking", l2.tracking());
        redis.put("last_error", l2.lastError());
        redis.put("commands_under_way", l2.commandsUnderWay());
        redis.put("writes_waiting", l2.writesWaiting());
        return redis;
    }
}
