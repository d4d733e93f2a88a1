package dev.tiercache.service.process;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 client that never sends a request twice: a library's retry would hide a request that the server lost.
 * It keeps its connection open until the server says otherwise.
 */
final class KeepAliveClient implements AutoCloseable {

    private final int port;
    private @Nullable Socket socket;
    private @Nullable InputStream in;

    KeepAliveClient(int port) {
        this.port = port;
    }

    /** An answer: its status, and whether the server closes the connection behind it. */
    record Answer(int status, boolean closes) {}

    /**
     * Connects if it has to.
     *
     * @throws IOException when nobody listens: no request was lost then
     */
    void connect() throws IOException {
        if (socket == null) {
            Socket fresh = new Socket();
            fresh.setSoTimeout(20_000);
            fresh.connect(new InetSocketAddress("127.0.0.1", port), 5_000);
            socket = fresh;
            in = new BufferedInputStream(fresh.getInputStream());
        }
    }

    boolean connected() {
        return socket != null;
    }

    /**
     * Sends one request and reads the whole answer.
     *
     * @throws IOException when the request was lost
     */
    Answer get(String path) throws IOException {
        Socket open = socket;
        InputStream input = in;
        if (open == null || input == null) {
            throw new IllegalStateException("connect first");
        }
        open.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        int status = Integer.parseInt(line(input).split(" ")[1]);
        int length = 0;
        boolean closes = false;
        for (String header = line(input); !header.isEmpty(); header = line(input)) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Integer.parseInt(
                        lower.substring("content-length:".length()).strip());
            }
            closes |= lower.equals("connection: close");
        }
        if (input.readNBytes(length).length < length) {
            throw new EOFException("half an answer");
        }
        if (closes) {
            close();
        }
        return new Answer(status, closes);
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
            socket = null;
            in = null;
        }
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int c = in.read();
        while (c != '\n') {
            if (c < 0) {
                throw new EOFException("no answer");
            }
            if (c != '\r') {
                line.write(c);
            }
            c = in.read();
        }
        return line.toString(StandardCharsets.US_ASCII);
    }
}
