package dev.tiercache.bench.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** An nginx that caches what one origin answers, one request to the origin at a time for a key. */
public final class Nginx {

    /** Debian's settings where they matter for speed; no access log, for the service writes none either. */
    private static final String CONFIGURATION = """
            daemon off;
            worker_processes auto;
            pid nginx.pid;
            error_log stderr warn;
            events { worker_connections 1024; }
            http {
              access_log off;
              sendfile on;
              tcp_nopush on;
              keepalive_requests 1000000000;
              client_body_temp_path body;
              proxy_temp_path proxy;
              fastcgi_temp_path fastcgi;
              uwsgi_temp_path uwsgi;
              scgi_temp_path scgi;
              proxy_cache_path cache levels=1:2 keys_zone=reports:16m max_size=256m inactive=1h use_temp_path=off;
              upstream origin { server 127.0.0.1:%d; keepalive 64; }
              server {
                listen 127.0.0.1:%d;
                location / {
                  proxy_pass http://origin;
                  proxy_http_version 1.1;
                  proxy_set_header Connection "";
                  proxy_cache reports;
                  proxy_cache_valid 200 1h;
                  proxy_cache_lock on;
                  add_header X-Cache $upstream_cache_status;
                }
              }
            }
            """;

    private final Child child;
    private final int port;

    /** Starts one and waits until it answers. */
    public Nginx(Workspace workspace, int originPort) {
        port = Workspace.freePort();
        Path folder = workspace.newFolder("nginx");
        Path file = Workspace.write(folder, "nginx.conf", asRoot() + CONFIGURATION.formatted(originPort, port));
        child = workspace.start(
                "nginx", Map.of(), List.of("nginx", "-p", folder.toString(), "-c", file.toString(), "-e", "stderr"));
        child.await(() -> Http.answers(url("/ready")));
    }

    /** The processes: a master and its workers. */
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

    /** The workers of root's nginx are another user's, who may not go into our folder. */
    private static String asRoot() {
        return System.getProperty("user.name").equals("root") ? "user root;\n" : "";
    }
}
