package dev.tiercache.service.web;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Answers a few requests at once, on the thread that watches all connections: it must never wait. */
@FunctionalInterface
interface FastPath {

    /**
     * Looks at what a client sent on a connection that awaits a request.
     *
     * @param request the bytes that came, from the first on
     * @param length how many
     * @param keepAliveMillis how long the connection may rest between two requests, ms
     * @return the whole answer, which the next call on the same thread overwrites; null where the request is to go the
     *     way of all others: it is another one, or not complete, or there is any doubt
     */
    @Nullable
    ByteBuffer answer(byte[] request, int length, int keepAliveMillis);
}
