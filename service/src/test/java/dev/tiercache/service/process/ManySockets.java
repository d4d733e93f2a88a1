package dev.tiercache.service.process;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A crowd of WebSockets that only listen, each of another user. They speak just enough of RFC 6455 to be light: a
 * socket and a virtual thread each. They offer compression, as browsers do, and do not understand it.
 */
final class ManySockets implements AutoCloseable {

    /** No more handshakes than this at once: the point is how many stay, not how fast they come. */
    private static final int HANDSHAKES = 50;

    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger updated = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final List<String> surprises = new CopyOnWriteArrayList<>();
    private final int port;

    private ManySockets(int port) {
        this.port = port;
    }

    /** Connects so many; returns before all are there. */
    static ManySockets connect(int port, int count) {
        ManySockets crowd = new ManySockets(port);
        Semaphore handshakes = new Semaphore(HANDSHAKES);
        for (int i = 0; i < count; i++) {
            String user = "crowd" + i;
            Thread.ofVirtual().name("crowd").start(() -> crowd.listen(user, handshakes));
        }
        return crowd;
    }

    /** How many have had an update. */
    int updated() {
        return updated.get();
    }

    /** How many were closed or broke. */
    int ended() {
        return ended.get();
    }

    /** What came and was neither an update nor a heartbeat. */
    List<String> surprises() {
        return surprises;
    }

    private void listen(String user, Semaphore handshakes) {
        try {
            handshakes.acquire();
            DataInputStream in;
            try {
                in = handshake(user);
            } finally {
                handshakes.release();
            }
            boolean hadUpdate = false;
            while (true) {
                String message = text(in);
                if (message.startsWith("{\"type\":\"phase4_update\"")) {
                    if (!hadUpdate) {
                        hadUpdate = true;
                        updated.incrementAndGet();
                    }
                } else if (!message.startsWith("{\"type\":\"heartbeat\"")) {
                    surprises.add(message);
                }
            }
        } catch (IOException e) {
            ended.incrementAndGet();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings("resource") // closed by close
    private DataInputStream handshake(String user) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        sockets.add(socket);
        String request = "GET /ws/phase4-metrics/" + user + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
                + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13"
                + "\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"
                + "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 512));
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        if (!head.toString().startsWith("HTTP/1.1 101")) {
            throw new IOException("no handshake: " + head);
        }
        if (head.toString().toLowerCase(Locale.ROOT).contains("sec-websocket-extensions")) {
            // A deflater and an inflater for each take more memory than all the rest of a socket.
            surprises.add("an answer that accepts compression: " + head);
        }
        return in;
    }

    /** The next message: those of a server are not masked, and these are never in parts. */
    private static String text(DataInputStream in) throws IOException {
        int opcode = in.readUnsignedByte() & 0x0f;
        int length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        }
        String text = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        if (opcode != 1) {
            throw new IOException("a frame of opcode " + opcode);
        }
        return text;
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
