package dev.tiercache.service.stream;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.TextWebSocketHandler;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Hands what the WebSocket container tells to the hub, and understands what clients say. Messages come in parts and are
 * put together here, so that the container keeps no room for a whole one for each of thousands of clients that never
 * send any.
 */
final class Phase4Handler extends TextWebSocketHandler {

    static final String USER_ID = "userId";
    private static final String SOCKET = "socket";
    private static final String PART = "part";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Phase4Hub hub;
    private final Phase4Messages messages;

    Phase4Handler(Phase4Hub hub, Phase4Messages messages) {
        this.hub = hub;
        this.messages = messages;
    }

    @Override
    public void afterConnectionEstablished(WebSocketSession session) {
        Phase4Socket socket = hub.open(session);
        // First: a socket that is sent away may be closed before join() returns.
        session.getAttributes().put(SOCKET, socket);
        hub.join(userId(session), socket);
    }

    @Override
    public boolean supportsPartialMessages() {
        return true;
    }

    @Override
    protected void handleTextMessage(WebSocketSession session, TextMessage part) {
        Phase4Socket socket = socket(session);
        if (socket.isClosing()) {
            return;
        }
        if (session.getAttributes().get(PART) instanceof StringBuilder before) {
            before.append(part.getPayload());
            if (tooLong(before)) {
                socket.close(CloseStatus.TOO_BIG_TO_PROCESS);
            } else if (part.isLast()) {
                session.getAttributes().remove(PART);
                understand(session, socket, before.toString());
            }
        } else if (part.isLast()) {
            understand(session, socket, part.getPayload());
        } else {
            session.getAttributes().put(PART, new StringBuilder(part.getPayload()));
        }
    }

    private boolean tooLong(CharSequence text) {
        int most = hub.limits().messageBytes();
        // A character takes up to three bytes, a pair of surrogates four.
        return text.length() > most
                || (text.length() > most / 3 && text.toString().getBytes(StandardCharsets.UTF_8).length > most);
    }

    private void understand(WebSocketSession session, Phase4Socket socket, String message) {
        hub.received(socket);
        try {
            JsonNode json = JSON.readTree(message);
            if (!json.isObject()) {
                socket.answer(messages.error("a JSON object is expected"));
                return;
            }
            switch (json.path("type").asString("")) {
                case "ping" -> socket.answer(messages.pong());
                case "refresh" -> hub.refresh(userId(session));
                default -> {
                    // A newer client may say what this version does not know.
                }
            }
        } catch (JacksonException e) {
            socket.answer(messages.error("malformed JSON"));
        }
    }

    @Override
    protected void handleBinaryMessage(WebSocketSession session, BinaryMessage message) {
        hub.received(socket(session));
        socket(session).close(CloseStatus.NOT_ACCEPTABLE.withReason("text messages only"));
    }

    @Override
    public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
        hub.disconnected(userId(session), socket(session), status);
    }

    private static String userId(WebSocketSession session) {
        return (String) Objects.requireNonNull(session.getAttributes().get(USER_ID));
    }

    private static Phase4Socket socket(WebSocketSession session) {
        return (Phase4Socket) Objects.requireNonNull(session.getAttributes().get(SOCKET));
    }
}
