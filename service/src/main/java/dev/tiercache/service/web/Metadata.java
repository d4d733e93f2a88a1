package dev.tiercache.service.web;

import dev.tiercache.service.cache.Layer;
import dev.tiercache.service.cache.Served;
import java.time.Instant;

/**
 * The metadata of one answer, written behind the report's bytes without parsing them. All texts in it were checked and
 * need no escapes: user ids and request ids are plain ASCII.
 */
final class Metadata {

    /** The version of the report's schema. */
    static final String SCHEMA_VERSION = "InvestorReport.v1";

    private Metadata() {}

    /** Adds what follows the report's last member: {@code ,"metadata":{...}}} with the report's closing brace. */
    static void tail(
            AsciiBuffer json, Served served, String userId, boolean fresh, boolean degraded, RequestContext context) {
        json.add(",\"metadata\":{\"schema_version\":\"").add(SCHEMA_VERSION).add("\"");
        // The source of reports promises both: what it returns matches the schema and is not a stopgap.
        json.add(",\"validated\":true,\"fallback\":false");
        json.add(",\"cached\":").add(served.cached());
        json.add(",\"cache_layer\":").add(layer(served.layer()));
        json.add(",\"refreshing\":").add(served.refreshing());
        json.add(",\"stale\":").add(served.stale());
        json.add(",\"degraded\":").add(degraded);
        json.add(",\"age_seconds\":").add(ageSeconds(served));
        json.add(",\"ttl_seconds\":").add(ttlSeconds(served));
        json.add(",\"generated_at\":\"")
                .add(Instant.ofEpochMilli(served.value().createdAtMillis()).toString())
                .add("\"");
        json.add(",\"response_time_ms\":");
        millis(json, System.nanoTime() - context.startNanos());
        json.add(",\"user_id\":\"").add(userId).add("\"");
        json.add(",\"fresh\":").add(fresh);
        json.add(",\"request_id\":\"").add(context.id()).add("\"}}");
    }

    static long ageSeconds(Served served) {
        return served.ageMillis() / 1000;
    }

    /** Rounded up, so that a value just computed has its whole TTL. */
    static long ttlSeconds(Served served) {
        return (served.remainingMillis() + 999) / 1000;
    }

    private static String layer(Layer layer) {
        return switch (layer) {
            case L1 -> "\"L1\"";
            case L2 -> "\"L2\"";
            case ORIGIN -> "null";
        };
    }

    /** Milliseconds with two digits after the point. */
    private static void millis(AsciiBuffer json, long nanos) {
        long hundredths = nanos / 10_000;
        json.add(hundredths / 100).add(".");
        long rest = hundredths % 100;
        json.add(rest < 10 ? "0" : "").add(rest);
    }
}
