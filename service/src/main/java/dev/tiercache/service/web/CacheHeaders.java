package dev.tiercache.service.web;

import dev.tiercache.service.cache.Served;
import dev.tiercache.service.cache.model.CachedValue;
import java.util.Enumeration;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The caching headers of a report (RFC 9110, 9111 and 9211). */
final class CacheHeaders {

    private CacheHeaders() {}

    /** The entity tag; weak, because the metadata behind the report differs from answer to answer. */
    static String etag(Served served) {
        return "W/\"" + served.value().fingerprint() + '"';
    }

    /** Gives each header, name and value, in the order in which all answers have them. */
    static void of(Served served, BiConsumer<String, String> header) {
        header.accept("ETag", etag(served));
        // A user's data: no shared cache may keep it, and the user's own asks each time.
        header.accept("Cache-Control", "private, max-age=0, must-revalidate");
        header.accept("Age", Long.toString(Metadata.ageSeconds(served)));
        // In lower case, as Tomcat rewrites it where it could compress.
        header.accept("Vary", "accept-encoding");
        header.accept("Cache-Status", status(served));
    }

    /** Whether one of the client's tags is this one, by weak comparison (RFC 9110, 8.8.3.2). */
    static boolean matches(Enumeration<String> ifNoneMatch, CachedValue value) {
        boolean matches = false;
        while (!matches && ifNoneMatch.hasMoreElements()) {
            matches = matches(ifNoneMatch.nextElement(), value);
        }
        return matches;
    }

    /** The same for one header's value; null, which is no header, matches nothing. */
    static boolean matches(@Nullable String ifNoneMatch, CachedValue value) {
        if (ifNoneMatch == null) {
            return false;
        }
        String opaque = '"' + value.fingerprint() + '"';
        for (String tag : ifNoneMatch.split(",")) {
            String stripped = tag.strip();
            if (stripped.equals("*")
                    || stripped.equals(opaque)
                    || (stripped.startsWith("W/") && stripped.substring(2).equals(opaque))) {
                return true;
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
