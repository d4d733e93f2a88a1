package dev.tiercache.service.stream;

import java.nio.charset.StandardCharsets;
import java.time.Clock;

/** The messages of the server, as JSON text. All texts in them are ours and need no escapes. */
final class Phase4Messages {

    private final Clock clock;

    Phase4Messages(Clock clock) {
        this.clock = clock;
    }

    /** New signals; {@code data} is a JSON object. */
    String update(byte[] data) {
        return "{\"type\":\"phase4_update\",\"timestamp\":\"" + clock.instant() + "\",\"data\":"
                + new String(data, StandardCharsets.UTF_8) + "}";
    }

    String heartbeat() {
        return plain("heartbeat");
    }

    String pong() {
        return plain("pong");
    }

    String timeout() {
        return plain("timeout");
    }

    String error(String message) {
        return "{\"type\":\"error\",\"timestamp\":\"" + clock.instant() + "\",\"message\":\"" + message + "\"}";
    }

    private String plain(String type) {
        return "{\"type\":\"" + type + "\",\"timestamp\":\"" + clock.instant() + "\"}";
    }
}
