package dev.tiercache.service.web;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tomcat's connections, with a {@link FastPath} asked first when a request comes.
 *
 * <p>Tomcat's poller waits for all connections and hands each that has something to read to a thread of its own. Here the
 * poller reads first. What the fast path answers is written at once, without a hand-over; everything else is put back as
 * if nobody had read it, and goes Tomcat's way. Reads and writes never block: what a slow client does not take is sent
 * when its connection has room again, and Tomcat's timeouts hold meanwhile.
 */
final class FastPathEndpoint extends NioEndpoint {

    /** A longer request is not plain. Not longer than Tomcat's own buffer, into which it is put back. */
    private static final int LONGEST_REQUEST = 8192;

    private static final Logger LOG = LoggerFactory.getLogger(FastPathEndpoint.class);

    private final ThreadLocal<ByteBuffer> input = ThreadLocal.withInitial(() -> ByteBuffer.allocate(LONGEST_REQUEST));
    private volatile FastPath fastPath = (request, length, keepAliveMillis) -> null;

    void fastPath(FastPath fastPath) {
        this.fastPath = fastPath;
    }

    @Override
    public boolean processSocket(SocketWrapperBase<NioChannel> socket, SocketEvent event, boolean dispatch) {
        ReentrantLock lock = socket.getLock();
        // Whoever works on a connection holds its lock, and leaves a processor there if the work is not done: only a
        // connection without either is between two requests.
        if (dispatch && enabled() && !lock.isHeldByCurrentThread() && lock.tryLock()) {
            try {
                if (socket.getCurrentProcessor() == null && !socket.isClosed() && done(socket, event)) {
                    return true;
                }
            } catch (IOException e) {
                // The client has gone: false lets the connection be closed.
                return false;
            } finally {
                lock.unlock();
            }
        }
        return super.processSocket(socket, event, dispatch);
    }

    /** Tomcat decrypts, and counts the requests of a connection where their number has a bound. */
    private boolean enabled() {
        return !isSSLEnabled() && getMaxKeepAliveRequests() < 0;
    }

    private boolean done(SocketWrapperBase<NioChannel> socket, SocketEvent event) throws IOException {
        return switch (event) {
            case OPEN_READ -> answered(socket);
            case OPEN_WRITE -> {
                // Only an answer of the fast path can be half sent without a processor.
                send(socket);
                yield true;
            }
            default -> false;
        };
    }

    private boolean answered(SocketWrapperBase<NioChannel> socket) throws IOException {
        ByteBuffer request = input.get().clear();
        int length = socket.read(false, request);
        if (length <= 0) {
            return false;
        }
        ByteBuffer answer = answer(request.array(), length);
        if (answer == null) {
            socket.unRead(request.flip());
            return false;
        }
        socket.write(false, answer);
        send(socket);
        return true;
    }

    private @Nullable ByteBuffer answer(byte[] request, int length) {
        try {
            return fastPath.answer(request, length, getKeepAliveTimeout());
        } catch (RuntimeException e) {
            // Tomcat's way has its own answer for what goes wrong.
            LOG.error("event=fast_path_failed", e);
            return null;
        }
    }

    /** Sends what can be sent now, and waits for room for the rest, or for the next request. */
    private static void send(SocketWrapperBase<NioChannel> socket) throws IOException {
        if (socket.flush(false)) {
            socket.registerWriteInterest();
        } else {
            socket.registerReadInterest();
        }
    }
}
