package dev.tiercache.bench.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A redis-server on a free port of the loopback with an append-only file, as the operator sets one up, that may be
 * killed, frozen and started again on the same port with the data that it had.
 */
public final class RedisProcess {

    private final Workspace workspace;
    private final boolean appendOnly;
    private final Path folder;
    private final int port = Workspace.freePort();
    private Child child;

    /** Starts one and waits until it answers. */
    public RedisProcess(Workspace workspace) {
        this(workspace, true);
    }

    private RedisProcess(Workspace workspace, boolean appendOnly) {
        this.workspace = workspace;
        this.appendOnly = appendOnly;
        this.folder = workspace.newFolder("redis");
        this.child = start();
        awaitPong();
    }

    /** Starts one that writes nothing to disk, for what is measured without it. */
    public static RedisProcess inMemory(Workspace workspace) {
        return new RedisProcess(workspace, false);
    }

    /** Its URL. */
    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** Its port. */
    public int port() {
        return port;
    }

    /** The process now. */
    public Child child() {
        return child;
    }

    /** Starts it again, and returns when it answers: when its data are loaded. */
    public void restart() {
        child = start();
        awaitPong();
    }

    /** Whether it answers PING now. */
    public boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(1_000);
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII).equals("+PONG");
        } catch (IOException e) {
            return false;
        }
    }

    private void awaitPong() {
        child.await(this::answers);
    }

    private Child start() {
        return workspace.start(
                "redis",
                Map.of(),
                List.of(
                        "redis-server",
                        "--port",
                        Integer.toString(port),
                        "--bind",
                        "127.0.0.1",
                        "--save",
                        "",
                        "--appendonly",
                        appendOnly ? "yes" : "no",
                        "--dir",
                        folder.toString()));
    }
}
