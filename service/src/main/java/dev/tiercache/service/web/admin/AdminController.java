package dev.tiercache.service.web.admin;

import dev.tiercache.service.cache.CacheAdmin;
import dev.tiercache.service.cache.Scope;
import dev.tiercache.service.cache.Served;
import dev.tiercache.service.cache.TieredCache;
import dev.tiercache.service.cache.model.CachedValue;
import dev.tiercache.service.config.LiveConfig;
import dev.tiercache.service.problem.BadParametersException;
import dev.tiercache.service.web.RedisView;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Shows what the cache holds, purges it and warms it up, for those who run the service. */
@RestController
@RequestMapping(path = "/api/admin/cache", produces = "application/json")
class AdminController {

    private static final Logger LOG = LoggerFactory.getLogger(AdminController.class);

    private static final int HOTTEST = 20;
    private static final int MOST_TO_WARM_UP = 500;
    private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(5);

    private final TieredCache cache;
    private final LiveConfig config;
    private final Clock clock;

    AdminController(TieredCache cache, LiveConfig config, Clock clock) {
        this.cache = cache;
        this.config = config;
        this.clock = clock;
    }

    @GetMapping("/stats")
    Map<String, Object> stats() {
        Map<String, Object> l1 = new LinkedHashMap<>();
        l1.put("entries", cache.l1Entries());
        l1.put("bytes", cache.l1Bytes());
        l1.put("max_bytes", cache.settings().l1MaxBytes());
        l1.put("hottest", cache.admin().hottest(HOTTEST));
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("l1", l1);
        body.put("redis", RedisView.of(cache.l2Status()));
        body.put("settings", config.values());
        return body;
    }

    @GetMapping("/entries")
    Map<String, Object> entry(HttpServletRequest request) throws BadParametersException {
        CacheAdmin.Inspection found = cache.admin().inspect(parameters(request).name());
        Served inL1 = found.inL1();
        CachedValue inL2 = found.inL2();
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("key", found.key());
        body.put("l1", inL1 == null ? null : view(inL1.value(), inL1.ageMillis(), inL1.remainingMillis()));
        body.put("l2", inL2 == null ? null : view(inL2));
        body.put("redis_answered", found.l2Answered());
        return body;
    }

    @DeleteMapping("/entries")
    Map<String, Object> purge(HttpServletRequest request) throws BadParametersException {
        return purge(parameters(request).scope());
    }

    @DeleteMapping("/all")
    Map<String, Object> purgeAll() {
        return purge(Scope.ALL);
    }

    @PostMapping("/warmup")
    Map<String, Object> warmUp() {
        return Map.of("taken", cache.admin().warmUp(MOST_TO_WARM_UP, LONGEST_WARM_UP));
    }

    private Map<String, Object> purge(Scope scope) {
        long deleted = cache.admin().purge(scope);
        String redis = deleted < 0 ? "pending" : "done";
        LOG.info("event=purge scope={} deleted={} redis={}", scope.text(), Math.max(0, deleted), redis);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("deleted", Math.max(0, deleted));
        body.put("redis", redis);
        return body;
    }

    private AdminParameters parameters(HttpServletRequest request) {
        return new AdminParameters(request::getParameterValues, cache.settings().keyPrefix());
    }

    private Map<String, Object> view(CachedValue value) {
        long age = value.ageMillis(clock.millis());
        return view(value, age, Math.max(0, value.ttlMillis() - age));
    }

    /** A report has no remaining time in L1 where Redis would be asked before it is answered. */
    private static Map<String, @Nullable Object> view(CachedValue value, long ageMillis, long remainingMillis) {
        byte[] compressed = value.form();
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("generated_at", Instant.ofEpochMilli(value.createdAtMillis()).toString());
        view.put("age_seconds", ageMillis / 1000);
        view.put("ttl_seconds", (remainingMillis + 999) / 1000);
        view.put("compute_millis", value.computeMillis());
        view.put("bytes", value.body().length);
        view.put("gzip_bytes", compressed == null ? 0 : compressed.length);
        view.put("etag", "W/\"" + value.fingerprint() + '"');
        return view;
    }
}
