package dev.tiercache.service.stream;

import java.util.Objects;
import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.TextWebSocketHandler;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Hands what the WebSocket container tells to the hub, and understands what clients say. */
final class Phase4Handler extends TextWebSocketHandler {

    static final String USER_ID = "userId";
    private static final String SOCKET = "socket";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Phase4Hub hub;
    private final Phase4Messages messages;

    Phase4Handler(Phase4Hub hub, Phase4Messages messages) {
        this.hub = hub;
        this.messages = messages;
    }

    @Override
    public void afterConnectionEstablished(WebSocketSession session) {
        session.getAttributes().put(SOCKET, hub.connect(userId(session), session));
    }

    @Override
    protected void handleTextMessage(WebSocketSession session, TextMessage message) {
        Phase4Socket socket = socket(session);
        hub.received(socket);
        try {
            JsonNode json = JSON.readTree(message.getPayload());
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
        hub.disconnected(userId(session), socket(session));
    }

    private static String userId(WebSocketSession session) {
        return (String) Objects.requireNonNull(session.getAttributes().get(USER_ID));
    }

    private static Phase4Socket socket(WebSocketSession session) {
        return (Phase4Socket) Objects.requireNonNull(session.getAttributes().get(SOCKET));
    }
}
