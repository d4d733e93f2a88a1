package dev.tiercache.e2e.process;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * All connections of one operator to its pods. They can be made to break for good with a command that it sends, after
 * which the pods hear as little of it as of a process that was killed in that moment; and a pod can be disturbed right
 * before it hears a command.
 */
final class Lifeline implements AutoCloseable {
    private static final int CHUNK = 8192;

    private final Map<String, ServerSocket> doors = new ConcurrentHashMap<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch broken = new CountDownLatch(1);
    private final AtomicInteger left = new AtomicInteger();
    private volatile String last = "";
    private volatile String awaited = "";
    private volatile Consumer<PodProcess> disturbance = _ -> {};

    /** The port of 127.0.0.1 that leads to a pod. */
    int portTo(PodProcess pod) {
        return doors.computeIfAbsent(pod.name(), _ -> door(pod)).getLocalPort();
    }

    /**
     * The {@code times}th command from now that has this word reaches its pod, and neither its answer comes back nor
     * anything else.
     */
    void breakAfter(String word, int times) {
        left.set(times);
        last = line(word);
    }

    private static String line(String word) {
        return "\r\n" + word + "\r\n";
    }

    /** Something is done to the pod that is sent this word, once, right before it hears it. */
    void before(String word, Consumer<PodProcess> disturbance) {
        this.disturbance = disturbance;
        awaited = line(word);
    }

    /** Whether what was to be done to a pod has been begun. */
    boolean hasDisturbed() {
        return awaited.isEmpty();
    }

    boolean isBroken() {
        return broken.getCount() == 0;
    }

    @Override
    public void close() {
        broken.countDown();
        doors.values().forEach(Lifeline::close);
        open.forEach(Lifeline::close);
    }

    private ServerSocket door(PodProcess pod) {
        try {
            ServerSocket door = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
            Thread.ofVirtual().name("lifeline to " + pod.name()).start(() -> serve(door, pod));
            return door;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(ServerSocket door, PodProcess pod) {
        while (!door.isClosed()) {
            try {
                Socket operator = door.accept();
                open.add(operator);
                Thread.ofVirtual().start(() -> join(operator, pod));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void join(Socket operator, PodProcess pod) {
        try (operator;
                Socket redis = new Socket(pod.address(), pod.port())) {
            open.add(redis);
            redis.setTcpNoDelay(true);
            operator.setTcpNoDelay(true);
            if (isBroken()) {
                return;
            }
            Thread.ofVirtual().start(() -> {
                answers(redis, operator);
                close(operator);
            });
            commands(operator.getInputStream(), redis.getOutputStream(), pod);
        } catch (IOException ended) {
            // Either side is gone: both are closed.
        } finally {
            open.remove(operator);
        }
    }

    private void commands(InputStream from, OutputStream to, PodProcess pod) throws IOException {
        byte[] chunk = new byte[CHUNK];
        for (int read = from.read(chunk); read > 0; read = from.read(chunk)) {
            String text = new String(chunk, 0, read, US_ASCII);
            if (!awaited.isEmpty() && text.contains(awaited)) {
                awaited = "";
                disturbance.accept(pod);
            }
            boolean isLast = !last.isEmpty() && text.contains(last) && left.decrementAndGet() == 0;
            if (isLast) {
                broken.countDown();
            }
            to.write(chunk, 0, read);
            to.flush();
            if (isLast) {
                close();
                return;
            }
        }
    }

    private void answers(Socket redis, Socket operator) {
        byte[] chunk = new byte[CHUNK];
        try {
            InputStream from = redis.getInputStream();
            for (int read = from.read(chunk); read > 0 && !isBroken(); read = from.read(chunk)) {
                operator.getOutputStream().write(chunk, 0, read);
            }
        } catch (IOException ended) {
            // The other direction notices, too.
        } finally {
            open.remove(redis);
        }
    }

    private static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            // It is closed all the same.
        }
    }
}
