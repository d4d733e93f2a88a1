package dev.tiercache.service.web;

import dev.tiercache.service.cache.TieredCache;
import dev.tiercache.service.cache.l2.L2Status;
import dev.tiercache.service.config.LiveConfig;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Says what this service is and how it is. */
@RestController
class InfoController {

    private static final String SERVICE = "investor-report-api";

    private final TieredCache cache;
    private final LiveConfig config;
    private final RequestMeters meters;
    private final Clock clock;
    private final String version;

    InfoController(TieredCache cache, LiveConfig config, RequestMeters meters, Clock clock, String version) {
        this.cache = cache;
        this.config = config;
        this.meters = meters;
        this.clock = clock;
        this.version = version;
    }

    @GetMapping(value = "/", produces = "application/json")
    Map<String, Object> root() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", "ok");
        body.put("service", SERVICE);
        body.put("version", version);
        body.put("message", "Investor reports from a two-tier cache");
        body.put("description", "Reports are answered from this process (L1), from Redis (L2), or computed.");
        body.put(
                "endpoints",
                List.of(
                        "GET /api/investor-report?user_id=&symbols=&fresh=",
                        "GET /api/investor-report/schema",
                        "GET /api/health",
                        "GET /dashboard",
                        "GET /v3/api-docs",
                        "GET /v3/asyncapi",
                        "GET /ws/phase4-metrics/{user_id} (WebSocket)",
                        "GET /ws/phase4-metrics/stats",
                        "GET /livez",
                        "GET /readyz"));
        return body;
    }

    /** 200 also while Redis is away: that is degraded, not dead. */
    @GetMapping(value = "/api/health", produces = "application/json")
    Map<String, Object> health() {
        L2Status l2 = cache.l2Status();
        Map<String, Object> l1 = new LinkedHashMap<>();
        l1.put("entries", cache.l1Entries());
        l1.put("bytes", cache.l1Bytes());
        l1.put("max_bytes", cache.settings().l1MaxBytes());
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status", "healthy");
        body.put("service", SERVICE);
        body.put("timestamp", clock.instant().toString());
        body.put("degraded", l2.degraded());
        body.put("redis", RedisView.of(l2));
        body.put("l1", l1);
        body.put("requests", meters.counts());
        body.put("config", Map.of("problems", config.problems()));
        return body;
    }
}
