package dev.tiercache.service.stream;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;
import org.springframework.web.socket.server.support.WebSocketHttpRequestHandler;

/**
 * Opens WebSockets without extensions. Browsers offer compression (RFC 7692) and Tomcat takes it, with about 300 KiB of
 * native memory for each socket: more than all the rest, for messages of a few hundred bytes.
 */
final class PlainWebSockets extends WebSocketHttpRequestHandler {

    private static final String EXTENSIONS = "Sec-WebSocket-Extensions";

    PlainWebSockets(WebSocketHandler handler) {
        super(handler, new DefaultHandshakeHandler());
    }

    @Override
    public void handleRequest(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        super.handleRequest(new WithoutExtensions(request), response);
    }

    /** A request that offers none. */
    private static final class WithoutExtensions extends HttpServletRequestWrapper {

        WithoutExtensions(HttpServletRequest request) {
            super(request);
        }

        @Override
        public @Nullable String getHeader(String name) {
            return EXTENSIONS.equalsIgnoreCase(name) ? null : super.getHeader(name);
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            return EXTENSIONS.equalsIgnoreCase(name) ? Collections.emptyEnumeration() : super.getHeaders(name);
        }
    }
}
