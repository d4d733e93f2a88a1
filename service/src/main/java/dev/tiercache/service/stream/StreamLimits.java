package dev.tiercache.service.stream;

import java.time.Duration;

/**
 * What one client of the stream may take, and all of them together.
 *
 * @param heartbeat after so much silence of the server a heartbeat is sent
 * @param idle after so long without an update or a message of the client the socket is closed
 * @param lifetime after so long the socket is closed in any case
 * @param sockets about so many may be open at once, of all users; one more is sent away
 * @param socketsPerUser one more closes the oldest
 * @param queuedMessages so many messages wait for a slow reader at most, of them one update: the newest
 * @param messageBytes a longer message of the client closes the socket
 * @param minGap updates that clients ask for, or connect for, are computed no faster for one user
 */
record StreamLimits(
        Duration heartbeat,
        Duration idle,
        Duration lifetime,
        int sockets,
        int socketsPerUser,
        int queuedMessages,
        int messageBytes,
        Duration minGap) {

    /** The limits in force, with so many sockets. */
    static StreamLimits of(int sockets) {
        return new StreamLimits(
                Duration.ofSeconds(30),
                Duration.ofSeconds(300),
                Duration.ofSeconds(1800),
                sockets,
                3,
                16,
                64 * 1024,
                Duration.ofMillis(100));
    }
}
