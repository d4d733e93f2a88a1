package dev.tiercache.service.config;

import java.util.regex.Pattern;

/**
 * Where errors are reported to.
 *
 * @param dsn the address with its key, as Sentry shows it; empty: nowhere
 * @param environment what Sentry sorts errors by
 * @param release the version that it shows; empty: none
 */
public record SentrySettings(String dsn, String environment, String release) {

    private static final Pattern DSN = Pattern.compile("https?://[^\\s@/:]+(:[^\\s@/]*)?@[^\\s@/]+(/[^\\s?#]*)?/\\d+");

    /** Whether errors are reported. */
    public boolean on() {
        return !dsn.isEmpty();
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "SentrySettings[environment=" + environment + "]";
    }

    static boolean isDsn(String value) {
        return DSN.matcher(value).matches();
    }
}
