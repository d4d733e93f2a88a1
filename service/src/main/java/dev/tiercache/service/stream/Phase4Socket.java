package dev.tiercache.service.stream;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;

/**
 * One client: a short queue and the one thread that writes to the connection. A reader that is too slow loses old
 * messages; it never holds up others, and never takes memory.
 */
final class Phase4Socket {

    private static final Logger LOG = LoggerFactory.getLogger(Phase4Socket.class);

    private final WebSocketSession session;
    private final int maxQueued;
    private final LongAdder sent;
    private final Deque<String> queue = new ArrayDeque<>();
    private final long openedNanos = System.nanoTime();
    private @Nullable CloseStatus closing;
    private volatile long lastSentNanos = openedNanos;
    private volatile long lastTrafficNanos = openedNanos;

    Phase4Socket(WebSocketSession session, int maxQueued, LongAdder sent) {
        this.session = session;
        this.maxQueued = maxQueued;
        this.sent = sent;
        Thread.ofVirtual().name("phase4-writer").start(this::write);
    }

    /** Queues a message; the oldest makes room for it. */
    synchronized void send(String message) {
        if (closing != null) {
            return;
        }
        if (queue.size() >= maxQueued) {
            queue.removeFirst();
        }
        queue.addLast(message);
        lastSentNanos = System.nanoTime();
        notifyAll();
    }

    /** Queues an update, which counts as traffic. */
    void sendUpdate(String message) {
        lastTrafficNanos = System.nanoTime();
        send(message);
    }

    /** Queues an answer to a client's chat, unless the queue is full: chat drives out no update. */
    synchronized void answer(String message) {
        if (queue.size() < maxQueued) {
            send(message);
        }
    }

    /** The client sent something. */
    void received() {
        lastTrafficNanos = System.nanoTime();
    }

    /** Closes the connection after what is queued. */
    synchronized void close(CloseStatus status) {
        if (closing == null) {
            closing = status;
            notifyAll();
        }
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
                sent.increment();
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
        while (queue.isEmpty() && closing == null) {
            wait();
        }
        return queue.pollFirst();
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
