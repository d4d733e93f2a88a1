package dev.tiercache.service.web;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A request for a report in the form that nearly all have: one whole GET with a user and symbols that need no decoding,
 * and no header that could change the answer but those named here. Whatever is not surely that is nothing here, and
 * left to Tomcat's parser, which knows all of HTTP.
 *
 * @param userId as sent, not checked further
 * @param symbols as sent, not checked further
 * @param requestId {@code X-Request-Id}; null without
 * @param ifNoneMatch {@code If-None-Match}; null without
 * @param acceptEncoding {@code Accept-Encoding}; null without
 * @param keepAlive whether it says {@code Connection: keep-alive}, which is answered in kind
 */
record PlainRequest(
        String userId,
        String symbols,
        @Nullable String requestId,
        @Nullable String ifNoneMatch,
        @Nullable String acceptEncoding,
        boolean keepAlive) {

    private static final byte[] START = ascii("GET /api/investor-report?");
    private static final byte[] VERSION = ascii(" HTTP/1.1\r\n");
    private static final byte[] USER_ID = ascii("user_id=");
    private static final byte[] SYMBOLS = ascii("symbols=");

    private static final byte[] HOST = ascii("host");
    private static final byte[] REQUEST_ID = ascii("x-request-id");
    private static final byte[] IF_NONE_MATCH = ascii("if-none-match");
    private static final byte[] ACCEPT_ENCODING = ascii("accept-encoding");
    private static final byte[] CONNECTION = ascii("connection");
    private static final byte[] KEEP_ALIVE = ascii("keep-alive");

    /** They bring a body, ask for another form of the answer or the connection, or another condition. */
    private static final byte[][] NOT_PLAIN = {
        ascii("content-length"),
        ascii("transfer-encoding"),
        ascii("expect"),
        ascii("upgrade"),
        ascii("te"),
        ascii("trailer"),
        ascii("range"),
        ascii("if-range"),
        ascii("if-match"),
        ascii("if-modified-since"),
        ascii("if-unmodified-since"),
        ascii("prefer"),
        ascii("origin"),
    };

    private static final int MAX_HEADERS = 64;
    private static final int MAX_PORT = 65_535;

    private static final boolean[] ALPHANUMERIC = alphanumericAnd("");
    /** In a user or a symbol; each stands for itself. */
    private static final boolean[] IN_PARAMETER = alphanumericAnd("_.@-,^=");

    private static final boolean[] IN_HEADER_NAME = alphanumericAnd("!#$%&'*+-.^_`|~");

    /** Reads {@code length} bytes; null when they are not exactly one plain request. */
    static @Nullable PlainRequest of(byte[] bytes, int length) {
        Parser parser = new Parser(bytes, length);
        return parser.take(START) && parser.endsAsAHead() && parser.query() && parser.headers()
                ? parser.request()
                : null;
    }

    /** Goes through the bytes once. They end with an empty line, which stops every loop. */
    private static final class Parser {

        private final byte[] in;
        private final int end;
        private int at;

        private @Nullable String userId;
        private @Nullable String symbols;
        private @Nullable String requestId;
        private @Nullable String ifNoneMatch;
        private @Nullable String acceptEncoding;
        private boolean keepAlive;
        private boolean host;

        Parser(byte[] in, int end) {
            this.in = in;
            this.end = end;
        }

        @Nullable
        PlainRequest request() {
            return userId == null || symbols == null || !host || at != end
                    ? null
                    : new PlainRequest(userId, symbols, requestId, ifNoneMatch, acceptEncoding, keepAlive);
        }

        boolean take(byte[] expected) {
            if (!matches(at, at + expected.length, expected, false)) {
                return false;
            }
            at += expected.length;
            return true;
        }

        boolean endsAsAHead() {
            return in[end - 4] == '\r' && in[end - 3] == '\n' && in[end - 2] == '\r' && in[end - 1] == '\n';
        }

        boolean query() {
            boolean more = true;
            while (more) {
                if (userId == null && take(USER_ID)) {
                    userId = parameter();
                } else if (symbols == null && take(SYMBOLS)) {
                    symbols = parameter();
                } else {
                    return false;
                }
                more = in[at] == '&';
                at += more ? 1 : 0;
            }
            return take(VERSION);
        }

        private String parameter() {
            int start = at;
            skip(IN_PARAMETER);
            return text(start, at);
        }

        boolean headers() {
            for (int i = 0; i < MAX_HEADERS; i++) {
                if (in[at] == '\r') {
                    return endOfLine();
                }
                int name = at;
                skip(IN_HEADER_NAME);
                int nameEnd = at;
                if (name == nameEnd || in[at++] != ':') {
                    return false;
                }
                while (blank(in[at])) {
                    at++;
                }
                int value = at;
                while (in[at] >= ' ' && in[at] <= '~' || in[at] == '\t') {
                    at++;
                }
                int valueEnd = at;
                while (valueEnd > value && blank(in[valueEnd - 1])) {
                    valueEnd--;
                }
                if (!endOfLine() || !header(name, nameEnd, value, valueEnd)) {
                    return false;
                }
            }
            return false;
        }

        private boolean header(int name, int nameEnd, int value, int valueEnd) {
            if (matches(name, nameEnd, HOST, true)) {
                boolean first = !host;
                host = true;
                return first && plainHost(value, valueEnd);
            }
            if (matches(name, nameEnd, REQUEST_ID, true)) {
                boolean first = requestId == null;
                requestId = text(value, valueEnd);
                return first;
            }
            if (matches(name, nameEnd, IF_NONE_MATCH, true)) {
                boolean first = ifNoneMatch == null;
                ifNoneMatch = text(value, valueEnd);
                return first;
            }
            if (matches(name, nameEnd, ACCEPT_ENCODING, true)) {
                boolean first = acceptEncoding == null;
                acceptEncoding = text(value, valueEnd);
                return first;
            }
            if (matches(name, nameEnd, CONNECTION, true)) {
                boolean first = !keepAlive;
                keepAlive = true;
                return first && matches(value, valueEnd, KEEP_ALIVE, true);
            }
            for (byte[] notPlain : NOT_PLAIN) {
                if (matches(name, nameEnd, notPlain, true)) {
                    return false;
                }
            }
            return true;
        }

        /** Letters and digits, joined by single dots or hyphens, and perhaps a port. */
        private boolean plainHost(int start, int stop) {
            int i = start;
            boolean joined = true;
            while (joined) {
                int label = i;
                while (i < stop && ALPHANUMERIC[in[i] & 0xff]) {
                    i++;
                }
                if (i == label) {
                    return false;
                }
                joined = i < stop && (in[i] == '.' || in[i] == '-');
                i += joined ? 1 : 0;
            }
            if (i < stop && in[i] == ':') {
                int port = 0;
                while (++i < stop && in[i] >= '0' && in[i] <= '9' && port <= MAX_PORT) {
                    port = 10 * port + in[i] - '0';
                }
                return i == stop && port > 0 && port <= MAX_PORT;
            }
            return i == stop;
        }

        private boolean endOfLine() {
            boolean ended = in[at] == '\r' && in[at + 1] == '\n';
            at += ended ? 2 : 0;
            return ended;
        }

        private void skip(boolean[] allowed) {
            while (allowed[in[at] & 0xff]) {
                at++;
            }
        }

        /** Whether these bytes are the expected ones; with {@code anyCase}, expected in lower case. */
        private boolean matches(int start, int stop, byte[] expected, boolean anyCase) {
            if (stop - start != expected.length || stop > end) {
                return false;
            }
            for (int i = 0; i < expected.length; i++) {
                byte b = in[start + i];
                if ((anyCase && b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b) != expected[i]) {
                    return false;
                }
            }
            return true;
        }

        private String text(int start, int stop) {
            return new String(in, start, stop - start, StandardCharsets.ISO_8859_1);
        }

        private static boolean blank(byte b) {
            return b == ' ' || b == '\t';
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean[] alphanumericAnd(String others) {
        boolean[] allowed = new boolean[256];
        for (char c = 0; c < 128; c++) {
            allowed[c] = c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || others.indexOf(c) >= 0;
        }
        return allowed;
    }
}
