package dev.tiercache.service.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.service.process.ServiceProcess;
import dev.tiercache.service.redis.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A real Chromium at the page of the service, which runs in a process of its own, on a real Redis. After each test, the
 * browser has complained of nothing, and asked nobody but the service.
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DashboardFixture {

    static final String REPORT = "?user_id=ann&symbols=AAPL,MSFT,NVDA&every=";

    /** What a browser always writes of an answer that is none, or none that is good. */
    private static final String NETWORK = "Failed to load resource|WebSocket connection to .* failed";

    final int port = RedisServer.freePort();
    private final List<AutoCloseable> opened = new ArrayList<>();
    Path config;
    Browser browser;
    Dashboard page;
    RedisServer redis;
    ServiceProcess service;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        config = Files.createFile(folder.resolve("live.properties"));
        browser = Browser.start();
        opened.add(browser);
        page = new Dashboard(browser, port);
        redis = RedisServer.running();
        opened.add(redis);
        service = launch();
        opened.add(() -> service.close());
    }

    @AfterAll
    void stop() throws Exception {
        List<Exception> failures = new ArrayList<>();
        for (AutoCloseable each : opened.reversed()) {
            try {
                each.close();
            } catch (Exception e) {
                // The others are processes, too, that nobody else ends.
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            Exception first = failures.removeFirst();
            failures.forEach(first::addSuppressed);
            throw first;
        }
    }

    @BeforeEach
    void aDeskOfTheUsualSizeByDay() {
        service.awaitReady();
        browser.size(1280, 900);
        browser.colourScheme("light");
    }

    @AfterEach
    void nothingIsLeftToComplainOf() {
        browser.driver().get("about:blank");
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests())
                .filteredOn(address -> !address.startsWith("about:") && !address.startsWith("data:"))
                .isNotEmpty()
                .allMatch(address -> address.replaceFirst("^ws", "http").startsWith(page.origin() + "/"));
    }

    /** Starts the service on the same port again. */
    ServiceProcess launch() {
        return launch(Map.of());
    }

    /** The same with further settings. */
    ServiceProcess launch(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "SERVER_PORT",
                Integer.toString(port),
                "REDIS_URL",
                redis.url(),
                "CONFIG_FILE",
                config.toString(),
                "PHASE4_WS_INTERVAL_SECONDS",
                "0.5",
                "USER_COMPUTATIONS_PER_MINUTE",
                "1000"));
        environment.putAll(more);
        return ServiceProcess.launch(environment, List.of());
    }

    /** What the API answers. */
    JsonNode report(String user, String symbols) {
        return JsonMapper.shared()
                .readTree(service.get("/api/investor-report?user_id=" + user + "&symbols=" + symbols)
                        .body());
    }

    /** For tests in which requests fail: that is all that the browser wrote of. */
    void onlyTheNetworkComplained() {
        browser.driver().get("about:blank");
        assertThat(browser.complaints()).isNotEmpty().allMatch(text -> text.matches("(?s).*(" + NETWORK + ").*"));
    }

    /** How many reads the page counts, hits and others. */
    int reads() {
        return Integer.parseInt(page.text("#page-note").replaceFirst("^\\d+ of (\\d+) .*$", "$1"));
    }
}
