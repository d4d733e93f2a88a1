package dev.tiercache.service.stream;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;

/** A connection whose other end reads as slowly as a test wants: each message needs a permit. */
final class SilentSession {

    final List<String> delivered = new CopyOnWriteArrayList<>();
    final Semaphore reads = new Semaphore(0);
    volatile @Nullable CloseStatus closed;

    WebSocketSession session() {
        return (WebSocketSession) Proxy.newProxyInstance(
                SilentSession.class.getClassLoader(), new Class<?>[] {WebSocketSession.class}, (self, method, args) -> {
                    switch (method.getName()) {
                        case "sendMessage" -> deliver((TextMessage) args[0]);
                        case "close" -> closed = args == null ? CloseStatus.NORMAL : (CloseStatus) args[0];
                        default -> throw new UnsupportedOperationException(method.getName());
                    }
                    return null;
                });
    }

    long count(String type) {
        return delivered.stream()
                .filter(m -> m.startsWith("{\"type\":\"" + type + "\""))
                .count();
    }

    /** What the published document has against what came so far. Not asked while time counts: it takes a while. */
    List<String> complaints() {
        return delivered.stream()
                .flatMap(message -> StreamContract.complaints(message).stream())
                .toList();
    }

    private void deliver(TextMessage message) throws IOException {
        try {
            reads.acquire();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        delivered.add(message.getPayload());
    }
}
