package dev.tiercache.service.process;

import static org.awaitility.Awaitility.await;

import dev.tiercache.service.redis.RedisServer;
import dev.tiercache.service.report.ReportSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The service in a JVM of its own, with nothing but the environment that a test gives it. */
public final class ServiceProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final Process process;
    private final Path log;
    private final int port;
    private final int managementPort;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private ServiceProcess(Process process, Path log, int port, int managementPort) {
        this.process = process;
        this.log = log;
        this.port = port;
        this.managementPort = managementPort;
    }

    /** Starts it and waits until it is ready. */
    static ServiceProcess start(Map<String, String> environment) {
        ServiceProcess service = launch(environment);
        try {
            service.awaitReady();
        } catch (RuntimeException | Error e) {
            // Nobody else can end it.
            service.process.destroyForcibly();
            throw e;
        }
        return service;
    }

    /** Starts it and waits for nothing. */
    static ServiceProcess launch(Map<String, String> environment) {
        return launch(environment, List.of());
    }

    /** Starts it by another program, which is given first with its arguments, and waits for nothing. */
    public static ServiceProcess launch(Map<String, String> environment, List<String> by) {
        try {
            Path log = Files.createTempFile("service", ".log");
            String classpath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
            List<String> command = new ArrayList<>(by);
            command.addAll(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    classpath,
                    "dev.tiercache.service.Application"));
            ProcessBuilder builder = new ProcessBuilder(command);
            Map<String, String> all = new HashMap<>();
            all.put("SERVER_PORT", Integer.toString(RedisServer.freePort()));
            all.put("MANAGEMENT_PORT", Integer.toString(RedisServer.freePort()));
            all.put("LOG_FORMAT", "text");
            all.putAll(environment);
            builder.environment().clear();
            builder.environment().putAll(all);
            Process process = builder.redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return new ServiceProcess(
                    process,
                    log,
                    Integer.parseInt(all.get("SERVER_PORT")),
                    Integer.parseInt(all.get("MANAGEMENT_PORT")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until it is ready. */
    public void awaitReady() {
        await("readiness").atMost(PATIENCE).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("the service ended: " + log());
            }
            return ready();
        });
    }

    /** The port of its API. */
    public int port() {
        return port;
    }

    /** The id of its process. */
    public long pid() {
        return process.pid();
    }

    /** Asks it to stop, as Kubernetes does. */
    void terminate() {
        process.destroy();
    }

    /** Waits for its end and returns its exit status. */
    int exitStatus() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("the service does not end: " + log());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    boolean ready() {
        try {
            return get("/readyz").statusCode() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** Asks its API. Whatever report comes is held against the schema. */
    public HttpResponse<String> get(String path) {
        HttpResponse<String> answer = fetch("http://127.0.0.1:" + port + path);
        if (answer.statusCode() == 200 && path.startsWith("/api/investor-report?")) {
            ReportSchema.check(answer.body());
        }
        return answer;
    }

    /** Asks its management port. */
    public HttpResponse<String> management(String path) {
        return fetch("http://127.0.0.1:" + managementPort + path);
    }

    /** What it logged so far. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        try {
            exitStatus();
        } finally {
            http.close();
            Files.deleteIfExists(log);
        }
    }

    private HttpResponse<String> fetch(String url) {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create(url))
                            .timeout(Duration.ofSeconds(20))
                            .build(),
                    BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
