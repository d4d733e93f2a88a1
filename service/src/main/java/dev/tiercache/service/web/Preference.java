package dev.tiercache.service.web;

import java.time.Duration;
import java.util.Enumeration;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client says by the header Prefer (RFC 7240) of an answer that takes long: {@code respond-async} that it rather
 * comes again, {@code wait} for how long it waits before.
 *
 * @param waitSeconds how long it waits, s; null: it does not say
 */
record Preference(@Nullable Integer waitSeconds) {

    /** Who prefers to come again, and does not say how long it waits, hears so after this time. */
    static final Duration SHORT_WAIT = Duration.ofMillis(100);

    private static final Pattern SECONDS = Pattern.compile("\\d{1,6}");

    /**
     * Reads the headers.
     *
     * @return null when the client prefers to wait, as nearly all do
     */
    static @Nullable Preference of(Enumeration<String> headers) {
        boolean async = false;
        Integer wait = null;
        while (headers.hasMoreElements()) {
            for (String member : headers.nextElement().split(",")) {
                // What follows a semicolon are parameters, of which neither has any.
                String preference = member.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
                async |= preference.equals("respond-async");
                // Of several, the first counts (RFC 7240, 2).
                wait = wait == null ? seconds(preference) : wait;
            }
        }
        return async ? new Preference(wait) : null;
    }

    /** How long the answer is waited for. */
    Duration wait(Duration longest) {
        Duration wanted = waitSeconds == null ? SHORT_WAIT : Duration.ofSeconds(waitSeconds);
        return wanted.compareTo(longest) < 0 ? wanted : longest;
    }

    /** The value of Preference-Applied. */
    String applied() {
        return waitSeconds == null ? "respond-async" : "respond-async, wait=" + waitSeconds;
    }

    private static @Nullable Integer seconds(String preference) {
        int equals = preference.indexOf('=');
        if (equals < 0 || !preference.substring(0, equals).strip().equals("wait")) {
            return null;
        }
        String value = preference.substring(equals + 1).strip().replace("\"", "");
        return SECONDS.matcher(value).matches() ? Integer.valueOf(value) : null;
    }
}
