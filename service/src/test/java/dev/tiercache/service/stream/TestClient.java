package dev.tiercache.service.stream;

import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A client of the stream that keeps what it is told. */
final class TestClient implements WebSocket.Listener, AutoCloseable {

    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final StringBuilder part = new StringBuilder();
    private final WebSocket socket;
    private volatile int closeCode;

    private TestClient(HttpClient http, String url, @Nullable String origin) {
        WebSocket.Builder builder = http.newWebSocketBuilder().connectTimeout(Duration.ofSeconds(10));
        if (origin != null) {
            builder.header("Origin", origin);
        }
        this.socket = builder.buildAsync(URI.create(url), this).join();
    }

    static TestClient connect(HttpClient http, int port, String userId) {
        return new TestClient(http, "ws://127.0.0.1:" + port + "/ws/phase4-metrics/" + userId, null);
    }

    static TestClient connect(HttpClient http, int port, String userId, String origin) {
        return new TestClient(http, "ws://127.0.0.1:" + port + "/ws/phase4-metrics/" + userId, origin);
    }

    void send(String text) {
        socket.sendText(text, true).join();
    }

    void sendBinary() {
        socket.sendBinary(ByteBuffer.wrap(new byte[] {1}), true).join();
    }

    /** Closes in order. */
    void leave(int code) {
        socket.sendClose(code, "").join();
    }

    long count(String type) {
        return messages.stream()
                .filter(m -> m.startsWith("{\"type\":\"" + type + "\""))
                .count();
    }

    void awaitCount(String type, int least) {
        await(least + " of " + type + " among " + messages)
                .atMost(Duration.ofSeconds(10))
                .until(() -> count(type) >= least);
    }

    int awaitClose() {
        await("close").atMost(Duration.ofSeconds(10)).until(() -> closeCode != 0);
        return closeCode;
    }

    boolean open() {
        return closeCode == 0;
    }

    /** What the published document has against what came so far. */
    List<String> complaints() {
        return messages.stream()
                .flatMap(message -> StreamContract.complaints(message).stream())
                .toList();
    }

    String first() {
        return messages.getFirst();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        part.append(data);
        if (last) {
            messages.add(part.toString());
            part.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        closeCode = status;
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        closeCode = -1;
    }

    @Override
    public void close() {
        socket.abort();
    }
}
