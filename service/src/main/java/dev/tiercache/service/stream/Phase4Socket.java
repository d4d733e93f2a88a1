package dev.tiercache.service.stream;

import dev.tiercache.service.stream.Outbox.Kind;
import dev.tiercache.service.stream.StreamMeters.Message;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;

/**
 * One client: what waits for it, and the one thread that writes to the connection. A reader that is too slow gets the
 * newest update only; it never holds up others, and never takes memory.
 */
final class Phase4Socket {

    private static final Logger LOG = LoggerFactory.getLogger(Phase4Socket.class);

    private final WebSocketSession session;
    private final StreamMeters meters;
    private final Outbox waiting;
    private final long openedNanos = System.nanoTime();
    private @Nullable CloseStatus closing;
    private volatile long lastSentNanos = openedNanos;
    private volatile long lastTrafficNanos = openedNanos;

    Phase4Socket(WebSocketSession session, int maxQueued, StreamMeters meters) {
        this.session = session;
        this.meters = meters;
        this.waiting = new Outbox(maxQueued);
        Thread.ofVirtual().name("phase4-writer").start(this::write);
    }

    /** Sends new signals, which is traffic. */
    void update(String message) {
        lastTrafficNanos = System.nanoTime();
        put(Kind.UPDATE, message);
    }

    /** Sends what nobody asked for, such as a heartbeat. */
    void notice(String message) {
        put(Kind.NOTICE, message);
    }

    /** Answers a client's chat, unless it does not read the answers. */
    void answer(String message) {
        put(Kind.ANSWER, message);
    }

    /** Closes the connection after what waits and a last message. */
    synchronized void close(CloseStatus status, String farewell) {
        put(Kind.FAREWELL, farewell);
        close(status);
    }

    /** Closes the connection after what waits. */
    synchronized void close(CloseStatus status) {
        if (closing == null) {
            closing = status;
            notifyAll();
        }
    }

    private synchronized void put(Kind kind, String message) {
        if (closing != null) {
            return;
        }
        meters.count(Message.DROPPED, waiting.put(kind, message));
        lastSentNanos = System.nanoTime();
        notifyAll();
    }

    /** Whether it takes nothing any more. */
    synchronized boolean isClosing() {
        return closing != null;
    }

    /** The client sent something. */
    void received() {
        lastTrafficNanos = System.nanoTime();
    }

    long lastSentNanos() {
        return lastSentNanos;
    }

    long lastTrafficNanos() {
        return lastTrafficNanos;
    }

    long openedNanos() {
        return openedNanos;
    }

    private void write() {
        try {
            String message = next();
            while (message != null) {
                session.sendMessage(new TextMessage(message));
                meters.count(Message.SENT, 1);
                message = next();
            }
            session.close(status());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            // The client has gone, or did not read for too long.
            LOG.debug("event=socket_lost error=\"{}\"", e.toString());
            closeQuietly();
        }
    }

    /** The next message; null when the connection is to be closed. */
    private synchronized @Nullable String next() throws InterruptedException {
        while (waiting.isEmpty() && closing == null) {
            wait();
        }
        return waiting.poll();
    }

    private synchronized CloseStatus status() {
        return closing == null ? CloseStatus.NORMAL : closing;
    }

    private void closeQuietly() {
        try {
            session.close(CloseStatus.SESSION_NOT_RELIABLE);
        } catch (IOException | RuntimeException e) {
            LOG.debug("event=socket_close_failed error=\"{}\"", e.toString());
        }
    }
}
