package dev.tiercache.service.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.service.redis.RedisServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service as it runs in a pod: environment in, HTTP out, files that change, signals. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ServiceProcessIT {

    private static final String REPORT = "/api/investor-report?user_id=ann&symbols=AAPL,MSFT";

    @TempDir
    Path folder = Path.of("");

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : opened.reversed()) {
            each.close();
        }
    }

    @Test
    void aReportIsComputedThenComesFromL1AndInAnotherProcessFromL2() {
        RedisServer redis = open(RedisServer.running());
        ServiceProcess one = open(ServiceProcess.start(Map.of("REDIS_URL", redis.url())));
        ServiceProcess two = open(ServiceProcess.start(Map.of("REDIS_URL", redis.url())));
        awaitUp(one);
        awaitUp(two);

        assertThat(one.get(REPORT).body()).contains("\"cached\":false,\"cache_layer\":null");
        assertThat(one.get(REPORT).body()).contains("\"cached\":true,\"cache_layer\":\"L1\"");
        await().until(() -> redis.cli("EXISTS", "ir_v1:ann:AAPL,MSFT").equals("1"));
        HttpResponse<String> fromL2 = two.get(REPORT);
        assertThat(fromL2.body()).contains("\"cached\":true,\"cache_layer\":\"L2\"");
        assertThat(fromL2.headers().firstValue("Cache-Status").orElse("")).startsWith("ir-l2; hit; ttl=");
        assertThat(two.management("/actuator/prometheus").body())
                .contains("ir_cache_gets_total{layer=\"l2\",result=\"hit\"} 1.0")
                .doesNotContain("ann");
    }

    @Test
    void everyAnswerIs200WhileRedisIsKilledStartedFrozenAndThawed() throws Exception {
        RedisServer redis = open(RedisServer.running());
        ServiceProcess service = open(ServiceProcess.start(Map.of("REDIS_URL", redis.url(), "L1_TTL_SECONDS", "1")));
        awaitUp(service);
        Queue<String> bad = new ConcurrentLinkedQueue<>();
        AtomicInteger answers = new AtomicInteger();
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int user = i;
            clients.add(Thread.ofVirtual().start(() -> {
                for (int n = 0; !stop.get(); n++) {
                    try {
                        HttpResponse<String> answer =
                                service.get("/api/investor-report?user_id=u" + user + "&symbols=S" + n % 20);
                        answers.incrementAndGet();
                        if (answer.statusCode() != 200) {
                            bad.add(answer.statusCode() + " " + answer.body());
                        }
                    } catch (RuntimeException e) {
                        // A request without an answer is the worst of all.
                        bad.add(e.toString());
                    }
                }
            }));
        }

        redis.kill();
        await().atMost(Duration.ofSeconds(3))
                .until(() -> service.get("/api/health").body().contains("\"degraded\":true"));
        assertThat(service.ready()).as("ready without Redis").isTrue();
        awaitMore(answers);
        redis.start();
        awaitUp(service);
        awaitMore(answers);
        redis.freeze();
        await().atMost(Duration.ofSeconds(5))
                .until(() -> service.get("/api/health").body().contains("\"degraded\":true"));
        awaitMore(answers);
        redis.thaw();
        awaitUp(service);
        awaitMore(answers);
        stop.set(true);
        for (Thread client : clients) {
            client.join();
        }

        assertThat(bad).isEmpty();
    }

    @Test
    void aShutdownUnderLoadLosesNoRequest() throws Exception {
        ServiceProcess service = open(ServiceProcess.start(Map.of("REDIS_URL", "redis://127.0.0.1:1")));
        service.get(REPORT);
        Queue<String> lost = new ConcurrentLinkedQueue<>();
        AtomicInteger answered = new AtomicInteger();
        AtomicInteger answeredAfterSignal = new AtomicInteger();
        AtomicBoolean signalled = new AtomicBoolean();
        AtomicBoolean outOfRotation = new AtomicBoolean();
        CountDownLatch warm = new CountDownLatch(200);
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            clients.add(Thread.ofPlatform().start(() -> {
                try (KeepAliveClient client = new KeepAliveClient(service.port())) {
                    // A load balancer opens no connection to an instance that is not ready; open ones go on.
                    while (client.connected() || (!outOfRotation.get() && reaches(client))) {
                        boolean after = signalled.get();
                        KeepAliveClient.Answer answer = client.get(REPORT);
                        answered.incrementAndGet();
                        warm.countDown();
                        if (answer.status() != 200) {
                            lost.add("status " + answer.status());
                        }
                        if (after) {
                            answeredAfterSignal.incrementAndGet();
                        }
                    }
                } catch (IOException e) {
                    lost.add(e.toString());
                }
            }));
        }
        assertThat(warm.await(20, TimeUnit.SECONDS)).isTrue();
        KeepAliveClient quiet = open(new KeepAliveClient(service.port()));
        quiet.connect();
        quiet.get(REPORT);

        service.terminate();
        signalled.set(true);
        await().atMost(Duration.ofSeconds(5)).until(() -> !service.ready());
        outOfRotation.set(true);
        KeepAliveClient.Answer late = quiet.get(REPORT);
        for (Thread client : clients) {
            client.join();
        }

        assertThat(lost).isEmpty();
        assertThat(late).isEqualTo(new KeepAliveClient.Answer(200, true));
        assertThat(answeredAfterSignal.get()).isPositive();
        assertThat(service.exitStatus()).isEqualTo(143);
    }

    @Test
    void aChangeOfTheMountedFileCountsWithoutARestartAndABadOneDoesNot() throws Exception {
        RedisServer redis = open(RedisServer.running());
        Path config = mount("L2_TTL_SECONDS=900\nL1_TTL_SECONDS=900\n", "1");
        ServiceProcess service = open(ServiceProcess.start(
                Map.of("REDIS_URL", redis.url(), "CONFIG_FILE", config.toString(), "L2_TTL_SECONDS", "77")));
        awaitUp(service);
        assertThat(service.get(REPORT).body()).contains("\"ttl_seconds\":900,");

        mount("L2_TTL_SECONDS=60\nL1_TTL_SECONDS=60\nCACHE_KEY_PREFIX=ir_v2:\n", "2");

        await().atMost(Duration.ofSeconds(2))
                .until(() -> service.get(REPORT + "&n=1").body().contains("\"ttl_seconds\":60,"));
        // Asked again each time: the answer before may have come from L1 in the moment before it was cleared.
        await().until(() -> service.get(REPORT).statusCode() == 200
                && redis.cli("EXISTS", "ir_v2:ann:AAPL,MSFT").equals("1"));

        mount("L2_TTL_SECONDS=sixty\nL1_TTL_SECONDS=30\n", "3");

        await().atMost(Duration.ofSeconds(2))
                .until(() ->
                        service.get("/api/health").body().contains("\"name\":\"L2_TTL_SECONDS\",\"value\":\"sixty\""));
        assertThat(service.log())
                .containsOnlyOnce("event=config_value_refused name=L2_TTL_SECONDS value=\"sixty\""
                        + " expected=\"a whole number of seconds, 1 to 2592000\"");
        assertThat(service.get("/api/investor-report?user_id=new").body()).contains("\"ttl_seconds\":60,");
    }

    @Test
    void theFileWinsOverTheEnvironmentAndSpringReadsNothingElse() throws Exception {
        int port = RedisServer.freePort();
        Path config = mount("SERVER_PORT=" + port + "\n", "1");
        ServiceProcess service = open(ServiceProcess.launch(Map.of(
                "CONFIG_FILE",
                config.toString(),
                "SERVER_SERVLET_CONTEXT_PATH",
                "/elsewhere",
                "MANAGEMENT_ENDPOINTS_WEB_EXPOSURE_INCLUDE",
                "*")));
        KeepAliveClient client = open(new KeepAliveClient(port));

        await().atMost(Duration.ofSeconds(40))
                .until(() -> reaches(client) && client.get("/readyz").status() == 200);
        assertThat(service.management("/actuator/env").statusCode()).isEqualTo(404);
    }

    @Test
    void aRotatedPasswordFileIsUsedAndNeverLogged() throws Exception {
        RedisServer redis = open(RedisServer.running("--requirepass", "first-secret"));
        Path password = Files.writeString(folder.resolve("password"), "first-secret\n");
        ServiceProcess service = open(ServiceProcess.start(
                Map.of("REDIS_URL", redis.url(), "REDIS_PASSWORD_FILE", password.toString(), "LOG_LEVEL", "DEBUG")));
        awaitUp(service);

        redis.cli("CONFIG", "SET", "requirepass", "second-secret");
        redis.cli("--no-auth-warning", "-a", "second-secret", "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        await().atMost(Duration.ofSeconds(3))
                .until(() -> service.get("/api/health").body().contains("WRONGPASS"));
        assertThat(service.get(REPORT).statusCode()).isEqualTo(200);
        Files.writeString(password, "second-secret");

        awaitUp(service);
        assertThat(service.log()).doesNotContain("first-secret", "second-secret");
        assertThat(service.get("/api/health").body()).doesNotContain("secret");
    }

    @Test
    void aBadEnvironmentIsRefusedWithNameValueAndExpectation() throws Exception {
        ServiceProcess service = open(ServiceProcess.launch(Map.of(
                "REDIS_URL", "http://:hidden@redis", "L1_TTL_SECONDS", "soon", "REDIS_TLS_CA_FILE", "/no/such.pem")));

        assertThat(service.exitStatus()).isEqualTo(2);
        assertThat(service.log())
                .contains("L1_TTL_SECONDS=\"soon\": expected a whole number of seconds, 1 to 2592000")
                .contains("REDIS_TLS_CA_FILE=\"/no/such.pem\": expected the path of a file that can be read")
                .contains("REDIS_URL=\"(not shown)\": expected redis://")
                .doesNotContain("hidden", "Exception");
    }

    /** Mounts a file as Kubernetes does: a link to a link to a folder, of which the middle one is swapped. */
    private Path mount(String content, String version) throws IOException {
        Path data = Files.createDirectory(folder.resolve("..version" + version));
        Files.writeString(data.resolve("cache.properties"), content);
        Path fresh = Files.createSymbolicLink(folder.resolve("..data_tmp"), data.getFileName());
        Files.move(
                fresh, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Path file = folder.resolve("cache.properties");
        if (!Files.isSymbolicLink(file)) {
            Files.createSymbolicLink(file, Path.of("..data", "cache.properties"));
        }
        return file;
    }

    private static void awaitUp(ServiceProcess service) {
        await().atMost(Duration.ofSeconds(5))
                .until(() -> service.get("/api/health").body().contains("\"state\":\"UP\""));
    }

    private static void awaitMore(AtomicInteger answers) {
        int before = answers.get();
        await().atMost(Duration.ofSeconds(10)).until(() -> answers.get() >= before + 20);
    }

    private static boolean reaches(KeepAliveClient client) {
        try {
            client.connect();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private <T extends AutoCloseable> T open(T closeable) {
        opened.add(closeable);
        return closeable;
    }
}
