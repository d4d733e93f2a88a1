package dev.tiercache.service.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/** A bad network on the way to Redis: passes bytes on, delays them, loses them, or resets connections. */
final class TcpProxy implements AutoCloseable {

    /** What becomes of bytes. */
    enum Mode {
        /** They are passed on. */
        PASS,
        /** They are lost in both directions, while connections come up and stay open. */
        SWALLOW,
        /** Whoever sends some gets a reset. */
        RESET
    }

    private final ServerSocket listener;
    private final int target;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private volatile Mode mode = Mode.PASS;
    private volatile long delayNanos;

    private TcpProxy(ServerSocket listener, int target) {
        this.listener = listener;
        this.target = target;
        Thread.ofVirtual().start(this::accept);
    }

    /** Listens on any free port of the loopback, for a server on another one. */
    static TcpProxy to(int target) {
        return at(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), target);
    }

    /** Listens on an address, for a server on a port of the loopback. */
    static TcpProxy at(InetSocketAddress address, int target) {
        try {
            ServerSocket listener = new ServerSocket();
            listener.bind(address);
            return new TcpProxy(listener, target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Has every byte in each direction arrive so much later. */
    void delay(Duration delay) {
        delayNanos = delay.toNanos();
    }

    void become(Mode next) {
        mode = next;
        if (next == Mode.RESET) {
            links.forEach(Link::reset);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        links.forEach(Link::reset);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> connect(client));
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    private void connect(Socket client) {
        try {
            Link link = new Link(client, new Socket(InetAddress.getLoopbackAddress(), target));
            links.add(link);
            link.start();
        } catch (IOException e) {
            // Nobody listens there: the client sees that, too.
            abort(client);
        }
    }

    private static void abort(Socket socket) {
        try {
            // With a linger of zero, close() sends RST.
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // It is closed already.
        }
    }

    /** One connection and its other half. */
    private final class Link {
        private final Socket client;
        private final Socket server;

        /** What lost bytes can never be used again: what follows would be read as something else. */
        private volatile boolean torn;

        private Link(Socket client, Socket server) throws IOException {
            this.client = client;
            this.server = server;
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
        }

        private void start() {
            pump(client, server);
            pump(server, client);
        }

        private void reset() {
            links.remove(this);
            abort(client);
            abort(server);
        }

        private void pump(Socket from, Socket to) {
            BlockingQueue<Piece> way = new LinkedBlockingQueue<>();
            Thread.ofVirtual().start(() -> read(from, way));
            Thread.ofVirtual().start(() -> write(way, to));
        }

        private void read(Socket from, BlockingQueue<Piece> way) {
            byte[] buffer = new byte[16 * 1024];
            try {
                InputStream in = from.getInputStream();
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    if (mode == Mode.RESET) {
                        reset();
                    } else if (mode == Mode.SWALLOW || torn) {
                        torn = true;
                    } else {
                        way.add(new Piece(Arrays.copyOf(buffer, n), System.nanoTime() + delayNanos));
                    }
                }
            } catch (IOException e) {
                // Ends like the other end's close.
            }
            way.add(new Piece(new byte[0], System.nanoTime()));
        }

        private void write(BlockingQueue<Piece> way, Socket to) {
            try {
                OutputStream out = to.getOutputStream();
                for (Piece piece = way.take(); piece.bytes().length > 0; piece = way.take()) {
                    for (long left = piece.left(); left > 0; left = piece.left()) {
                        LockSupport.parkNanos(left);
                    }
                    out.write(piece.bytes());
                }
                reset();
            } catch (IOException e) {
                reset();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Bytes on their way, and when they arrive; none: the end. */
    private record Piece(byte[] bytes, long dueNanos) {
        private long left() {
            return dueNanos - System.nanoTime();
        }
    }
}
