package dev.tiercache.bench.process;

import java.nio.file.Path;
import java.util.Map;

/** The peer "Spring Cache + Redis" in a JVM of its own, started with the flags of the service. */
public final class SpringPeer {

    private final Child child;
    private final int port;

    /**
     * Starts it and waits until it is ready.
     *
     * @param body the file with the report that it caches
     */
    public SpringPeer(Workspace workspace, Build build, RedisProcess redis, Path body) {
        port = Workspace.freePort();
        child = workspace.start(
                "spring-cache",
                Map.of(),
                Build.java(
                        build.imageFlags(),
                        build.benchClasspath(),
                        "dev.tiercache.bench.peer.SpringCacheApp",
                        "--server.port=" + port,
                        "--spring.data.redis.url=" + redis.url(),
                        "--report.file=" + body));
        child.await(() -> Http.answers(url("/objects/ready")));
    }

    /** The process. */
    public Child child() {
        return child;
    }

    /** A URL of it. */
    public String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }
}
