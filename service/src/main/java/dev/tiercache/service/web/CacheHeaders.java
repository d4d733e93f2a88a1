package dev.tiercache.service.web;

import dev.tiercache.service.cache.Served;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Enumeration;

/** The caching headers of a report (RFC 9110, 9111 and 9211). */
final class CacheHeaders {

    private CacheHeaders() {}

    /** The entity tag; weak, because the metadata behind the report differs from answer to answer. */
    static String etag(Served served) {
        return "W/\"" + served.value().fingerprint() + '"';
    }

    static void set(HttpServletResponse response, Served served) {
        response.setHeader("ETag", etag(served));
        // A user's data: no shared cache may keep it, and the user's own asks each time.
        response.setHeader("Cache-Control", "private, max-age=0, must-revalidate");
        response.setHeader("Age", Long.toString(Metadata.ageSeconds(served)));
        response.setHeader("Vary", "Accept-Encoding");
        response.setHeader("Cache-Status", status(served));
    }

    /** Whether one of the client's tags is this one, by weak comparison (RFC 9110, 8.8.3.2). */
    static boolean matches(Enumeration<String> ifNoneMatch, Served served) {
        String opaque = '"' + served.value().fingerprint() + '"';
        while (ifNoneMatch.hasMoreElements()) {
            for (String tag : ifNoneMatch.nextElement().split(",")) {
                String stripped = tag.strip();
                if (stripped.equals("*")
                        || stripped.equals(opaque)
                        || (stripped.startsWith("W/") && stripped.substring(2).equals(opaque))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** RFC 9211: the cache nearest to the origin first. */
    private static String status(Served served) {
        String ttl = "; ttl=" + ttlSeconds(served);
        String collapsed = served.collapsed() ? "; collapsed" : "";
        return switch (served.layer()) {
            case L1 -> "ir-l1; hit" + ttl + detail(served);
            case L2 ->
                "ir-l2; hit" + ttl + ", ir-l1; fwd=miss" + stored(served.way().toL1()) + collapsed;
            case ORIGIN ->
                "ir-l2; fwd="
                        + (served.way().askedL2() ? "miss" : "bypass; detail=down")
                        + stored(served.way().toL2())
                        + ", ir-l1; fwd=miss"
                        + stored(served.way().toL1())
                        + collapsed;
        };
    }

    /** RFC 9211, 2.5: what is left, negative where it is over, also where the TTL was lowered since. */
    private static long ttlSeconds(Served served) {
        if (!served.stale()) {
            return Metadata.ttlSeconds(served);
        }
        long left = served.value().ttlMillis() - served.ageMillis();
        return Math.floorDiv(Math.min(-1, left), 1000L);
    }

    private static String detail(Served served) {
        return switch (served.staleness()) {
            case NONE -> "";
            case REVALIDATING -> "; detail=stale";
            case ERROR -> "; detail=stale-if-error";
        };
    }

    private static String stored(boolean stored) {
        return stored ? "; stored" : "";
    }
}
