package dev.tiercache.bench.process;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The service in a JVM of its own, started as in its image. With {@code BENCH_PROFILE=FOLDER} in the environment, JFR
 * records it from its start to its end into a file there: for a look at where time goes, not for figures.
 */
public final class ServiceProcess {

    private static final @Nullable String PROFILES = System.getenv("BENCH_PROFILE");

    private final Child child;
    private final int port;

    private ServiceProcess(Child child, int port) {
        this.child = child;
        this.port = port;
    }

    /** Starts the service and waits until it is ready. */
    public static ServiceProcess start(Workspace workspace, Build build, Map<String, String> environment) {
        ServiceProcess service = launch(
                workspace,
                build.imageFlags(),
                build.serviceClasspath(),
                "dev.tiercache.service.Application",
                environment);
        service.awaitReady();
        return service;
    }

    /** Starts a main class that starts the service, and waits for nothing. */
    public static ServiceProcess launch(
            Workspace workspace, List<String> flags, String classpath, String main, Map<String, String> environment) {
        int port = Workspace.freePort();
        Map<String, String> all = new HashMap<>(environment);
        all.put("SERVER_PORT", Integer.toString(port));
        all.put("MANAGEMENT_PORT", "0");
        List<String> command = Build.java(profiled(flags), classpath, main);
        return new ServiceProcess(workspace.start("service", all, command), port);
    }

    private static List<String> profiled(List<String> flags) {
        return PROFILES == null
                ? flags
                : Stream.concat(
                                flags.stream(),
                                Stream.of("-XX:StartFlightRecording:settings=profile,filename=" + PROFILES + "/%p.jfr"))
                        .toList();
    }

    /** Waits until it is ready and has its connection to Redis. */
    public void awaitReady() {
        child.await(() -> Http.answers(url("/readyz")) && l2Up());
    }

    /** Whether it says that its L2 is up. */
    public boolean l2Up() {
        return new String(Http.ok(url("/api/health")).body(), StandardCharsets.UTF_8).contains("\"state\":\"UP\"");
    }

    /** The process. */
    public Child child() {
        return child;
    }

    /** Port of the API. */
    public int port() {
        return port;
    }

    /** A URL of the API. */
    public String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }
}
