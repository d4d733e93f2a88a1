package dev.tiercache.service.process;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 client that never sends a request twice: a library's retry would hide a request that the server lost.
 * It keeps its connection open until the server says otherwise.
 */
public final class KeepAliveClient implements AutoCloseable {

    private final int port;
    private @Nullable Socket socket;
    private @Nullable InputStream in;

    /** A client of the server on this port of the loopback; connects later. */
    public KeepAliveClient(int port) {
        this.port = port;
    }

    /** An answer: its status, and whether the server closes the connection behind it. */
    record Answer(int status, boolean closes) {}

    /**
     * A whole answer.
     *
     * @param headers by name in lower case
     */
    public record Reply(int status, Map<String, String> headers, byte[] body) {

        /** A header, given in lower case; empty where it is not there. */
        public String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    /**
     * Connects if it has to.
     *
     * @throws IOException when nobody listens: no request was lost then
     */
    public void connect() throws IOException {
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
        Reply reply = exchange(path, "");
        return new Answer(reply.status(), reply.header("connection").equals("close"));
    }

    /**
     * Sends one request and reads the whole answer.
     *
     * @param headers further lines, each with its line break
     * @throws IOException when the request was lost
     */
    public Reply exchange(String path, String headers) throws IOException {
        Socket open = socket;
        InputStream input = in;
        if (open == null || input == null) {
            throw new IllegalStateException("connect first");
        }
        open.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        int status = Integer.parseInt(line(input).split(" ")[1]);
        Map<String, String> received = new HashMap<>();
        for (String header = line(input); !header.isEmpty(); header = line(input)) {
            int colon = header.indexOf(':');
            received.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        byte[] body = received.getOrDefault("transfer-encoding", "").equals("chunked")
                ? chunks(input)
                : read(input, Integer.parseInt(received.getOrDefault("content-length", "0")));
        if (received.getOrDefault("connection", "").equals("close")) {
            close();
        }
        return new Reply(status, received, body);
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
            socket = null;
            in = null;
        }
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int length = HexFormat.fromHexDigits(line(in)); length > 0; length = HexFormat.fromHexDigits(line(in))) {
            body.writeBytes(read(in, length));
            line(in);
        }
        line(in);
        return body.toByteArray();
    }

    private static byte[] read(InputStream in, int length) throws IOException {
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("half an answer");
        }
        return body;
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
