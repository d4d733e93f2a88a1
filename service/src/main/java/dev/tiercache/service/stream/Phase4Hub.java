package dev.tiercache.service.stream;

import dev.tiercache.service.cache.flight.Bulkhead;
import dev.tiercache.service.report.ReportSource;
import dev.tiercache.service.stream.StreamMeters.Message;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.WebSocketSession;

/** All users with an open socket: finds or makes the channel of a user, and counts. */
final class Phase4Hub {

    private static final Duration MAX_WAIT = Duration.ofSeconds(5);
    private static final Duration MAX_COMPUTATION = Duration.ofSeconds(30);

    private final ReportSource reports;
    private final Supplier<Duration> interval;
    private final StreamLimits limits;
    private final Phase4Messages messages;
    private final Map<String, Phase4Channel> channels = new ConcurrentHashMap<>();
    private final StreamMeters meters;
    private final Bulkhead computations;
    private volatile boolean closed;

    Phase4Hub(
            ReportSource reports,
            Supplier<Duration> interval,
            StreamLimits limits,
            Phase4Messages messages,
            StreamMeters meters) {
        this.reports = reports;
        this.interval = interval;
        this.limits = limits;
        this.messages = messages;
        this.meters = meters;
        // Every user with a socket may wait, for a short time: whose turn does not come is told, and gets the next
        // update.
        this.computations = new Bulkhead(
                2 * Runtime.getRuntime().availableProcessors(), limits.sockets(), MAX_WAIT, MAX_COMPUTATION);
    }

    Phase4Socket connect(String userId, WebSocketSession session) {
        Phase4Socket socket = open(session);
        join(userId, socket);
        return socket;
    }

    /** A socket that gets nothing yet. */
    Phase4Socket open(WebSocketSession session) {
        return new Phase4Socket(session, limits.queuedMessages(), meters);
    }

    /** Gives a socket the updates of a user, or sends it away. */
    void join(String userId, Phase4Socket socket) {
        if (connections() >= limits.sockets()) {
            socket.close(CloseStatus.SERVICE_OVERLOAD);
            return;
        }
        channels.compute(userId, (id, present) -> {
            Phase4Channel channel = present == null
                    ? new Phase4Channel(id, reports, computations, interval, limits, messages, meters)
                    : present;
            channel.add(socket);
            return channel;
        });
        if (closed) {
            // Also where all were sent away just now: whoever came meanwhile was not among them.
            socket.close(CloseStatus.GOING_AWAY);
        }
    }

    void disconnected(String userId, Phase4Socket socket, CloseStatus status) {
        meters.closed(status.getCode());
        socket.close(CloseStatus.NORMAL);
        channels.computeIfPresent(userId, (id, channel) -> {
            if (channel.remove(socket)) {
                return channel;
            }
            channel.stop();
            return null;
        });
    }

    void refresh(String userId) {
        Phase4Channel channel = channels.get(userId);
        if (channel != null) {
            channel.refresh();
        }
    }

    void received(Phase4Socket socket) {
        meters.count(Message.RECEIVED, 1);
        socket.received();
    }

    /** The interval is another one now: who waits, waits for another time. */
    void paceChanged() {
        channels.values().forEach(Phase4Channel::paceChanged);
    }

    /** Sends everybody away, and whoever comes later. */
    void close() {
        closed = true;
        channels.values().forEach(channel -> {
            channel.stop();
            channel.sockets().forEach(socket -> socket.close(CloseStatus.GOING_AWAY));
        });
    }

    StreamLimits limits() {
        return limits;
    }

    int connections() {
        return channels.values().stream().mapToInt(c -> c.sockets().size()).sum();
    }

    Map<String, Object> stats() {
        long now = System.nanoTime();
        long oldest = channels.values().stream()
                .map(Phase4Channel::sockets)
                .flatMap(Collection::stream)
                .mapToLong(socket -> now - socket.openedNanos())
                .max()
                .orElse(0);
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("interval_seconds", interval.get().toMillis() / 1000.0);
        config.put("heartbeat_seconds", limits.heartbeat().toSeconds());
        config.put("idle_timeout_seconds", limits.idle().toSeconds());
        config.put("max_lifetime_seconds", limits.lifetime().toSeconds());
        config.put("max_connections", limits.sockets());
        config.put("max_connections_per_user", limits.socketsPerUser());
        config.put("max_message_bytes", limits.messageBytes());
        Map<String, Object> stats = new LinkedHashMap<>();
        stats.put("manager_name", "phase4-metrics");
        stats.put("total_connections", connections());
        stats.put("unique_users", channels.size());
        stats.put("total_messages_sent", meters.total(Message.SENT));
        stats.put("total_messages_received", meters.total(Message.RECEIVED));
        stats.put("oldest_connection_age_seconds", TimeUnit.NANOSECONDS.toSeconds(oldest));
        stats.put("config", config);
        return stats;
    }
}
