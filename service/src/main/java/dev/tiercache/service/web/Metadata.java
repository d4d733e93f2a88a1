package dev.tiercache.service.web;

import dev.tiercache.service.cache.Layer;
import dev.tiercache.service.cache.Served;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * The metadata of one answer, written behind the report's bytes without parsing them. All texts in it were checked and
 * need no escapes: user ids and request ids are plain ASCII.
 */
final class Metadata {

    /** The version of the report's schema. */
    static final String SCHEMA_VERSION = "InvestorReport.v1";

    private Metadata() {}

    /** What follows the report's last member: {@code ,"metadata":{...}}} with the report's closing brace. */
    static byte[] tail(Served served, ReportParameters parameters, boolean degraded, RequestContext context) {
        StringBuilder json = new StringBuilder(512);
        json.append(",\"metadata\":{\"schema_version\":\"")
                .append(SCHEMA_VERSION)
                .append('"');
        // The source of reports promises both: what it returns matches the schema and is not a stopgap.
        json.append(",\"validated\":true,\"fallback\":false");
        json.append(",\"cached\":").append(served.cached());
        json.append(",\"cache_layer\":").append(layer(served.layer()));
        json.append(",\"refreshing\":").append(served.refreshing());
        json.append(",\"stale\":").append(served.stale());
        json.append(",\"degraded\":").append(degraded);
        json.append(",\"age_seconds\":").append(ageSeconds(served));
        json.append(",\"ttl_seconds\":").append(ttlSeconds(served));
        json.append(",\"generated_at\":\"")
                .append(Instant.ofEpochMilli(served.value().createdAtMillis()))
                .append('"');
        json.append(",\"response_time_ms\":");
        millis(json, System.nanoTime() - context.startNanos());
        json.append(",\"user_id\":\"").append(parameters.request().userId()).append('"');
        json.append(",\"fresh\":").append(parameters.fresh());
        json.append(",\"request_id\":\"").append(context.id()).append("\"}}");
        return json.toString().getBytes(StandardCharsets.US_ASCII);
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
    private static void millis(StringBuilder json, long nanos) {
        long hundredths = nanos / 10_000;
        json.append(hundredths / 100).append('.');
        long rest = hundredths % 100;
        json.append(rest < 10 ? "0" : "").append(rest);
    }
}
