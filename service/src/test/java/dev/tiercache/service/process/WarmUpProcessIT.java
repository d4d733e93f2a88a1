package dev.tiercache.service.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.service.redis.RedisServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A new instance and what the ones before it knew. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class WarmUpProcessIT {

    private static final Pattern MILLIS = Pattern.compile("event=warm_up outcome=(\\w+) .*millis=(\\d+)");

    @Test
    void aNewInstanceAnswersFromL1WhatTheOneBeforeItReadOften() throws Exception {
        try (RedisServer redis = RedisServer.running()) {
            try (ServiceProcess before = ServiceProcess.start(Map.of("REDIS_URL", redis.url()))) {
                await().until(() -> before.get("/api/health").body().contains("\"state\":\"UP\""));
                for (String user : new String[] {"ann", "bob"}) {
                    before.get("/api/investor-report?user_id=" + user + "&symbols=AAPL");
                    before.get("/api/investor-report?user_id=" + user + "&symbols=AAPL");
                    await().until(() ->
                            redis.cli("EXISTS", "ir_v1:" + user + ":AAPL").equals("1"));
                }
                before.terminate();
                before.exitStatus();
            }
            try (ServiceProcess after = warmedUp(redis)) {
                for (String user : new String[] {"ann", "bob"}) {
                    HttpResponse<String> first = after.get("/api/investor-report?user_id=" + user + "&symbols=AAPL");
                    assertThat(first.body()).contains("\"cache_layer\":\"L1\"");
                }
                assertThat(after.log()).contains("event=warm_up outcome=done entries=2 redis=UP");
            }
        }
    }

    /** One whose link to Redis was up within the second for which it waits: on a busy machine not each one's is. */
    private static ServiceProcess warmedUp(RedisServer redis) throws Exception {
        for (int attempt = 1; ; attempt++) {
            ServiceProcess service = ServiceProcess.start(Map.of("REDIS_URL", redis.url()));
            if (attempt == 3 || !service.log().contains("event=warm_up outcome=skipped")) {
                return service;
            }
            service.close();
        }
    }

    @Test
    void anInstanceWhoseRedisRefusesDoesNotWait() throws Exception {
        try (ServiceProcess service = ServiceProcess.start(Map.of("REDIS_URL", "redis://127.0.0.1:1"))) {
            assertThat(warmUp(service)).isEqualTo("skipped");
        }
    }

    @Test
    void anInstanceWhoseRedisIsSilentWaitsForASecond() throws Exception {
        try (RedisServer redis = RedisServer.running()) {
            redis.freeze();
            try (ServiceProcess service = ServiceProcess.start(Map.of("REDIS_URL", redis.url()))) {
                assertThat(warmUp(service)).isEqualTo("skipped");
            }
            redis.thaw();
        }
    }

    /** How it went; never longer than its bounds and the hiccups of a busy machine. */
    private static String warmUp(ServiceProcess service) {
        Matcher line = MILLIS.matcher(service.log());
        assertThat(line.find()).as(service.log()).isTrue();
        assertThat(Duration.ofMillis(Long.parseLong(line.group(2)))).isLessThan(Duration.ofSeconds(2));
        return line.group(1);
    }
}
