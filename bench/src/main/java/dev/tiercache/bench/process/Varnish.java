package dev.tiercache.bench.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A Varnish that caches what one origin answers, with its defaults: it coalesces requests for a key by itself. */
public final class Varnish {

    private static final String CONFIGURATION = """
            vcl 4.1;
            backend origin { .host = "127.0.0.1"; .port = "%d"; }
            sub vcl_backend_response { set beresp.ttl = 1h; }
            sub vcl_deliver { if (obj.hits > 0) { set resp.http.X-Cache = "HIT"; } else { set resp.http.X-Cache = "MISS"; } }
            """;

    private final Child child;
    private final int port;

    /** Starts one and waits until it answers; it compiles its configuration first, which takes seconds. */
    public Varnish(Workspace workspace, int originPort) {
        port = Workspace.freePort();
        Path folder = workspace.newFolder("varnish");
        Path file = Workspace.write(folder, "default.vcl", CONFIGURATION.formatted(originPort));
        child = workspace.start(
                "varnish",
                Map.of(),
                List.of(
                        "varnishd",
                        "-F",
                        "-j",
                        "none",
                        "-n",
                        folder.resolve("state").toString(),
                        "-a",
                        "127.0.0.1:" + port,
                        "-f",
                        file.toString(),
                        "-s",
                        "malloc,256m"));
        child.await(() -> Http.answers(url("/ready")));
    }

    /** The processes: a manager and its worker. */
    public Child child() {
        return child;
    }

    /** Its port. */
    public int port() {
        return port;
    }

    /** A URL of it. */
    public String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }
}
