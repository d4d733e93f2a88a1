package dev.tiercache.service.errors;

import dev.tiercache.service.config.SentrySettings;
import dev.tiercache.service.limit.TokenBucket;
import io.sentry.Hint;
import io.sentry.SentryClient;
import io.sentry.SentryEvent;
import io.sentry.SentryLevel;
import io.sentry.SentryOptions;
import io.sentry.protocol.Message;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reports errors to Sentry, or to whatever speaks its protocol. What leaves the process is the kind, this project's own
 * words, and types and stacks of exceptions: no messages of exceptions, no request, no user, no host.
 */
final class SentryReports implements ErrorReports, AutoCloseable {

    /** So many events of a kind in a minute at most. */
    static final int PER_MINUTE = 10;

    private static final int SHUTDOWN_MILLIS = 1_000;

    private final Map<Kind, TokenBucket> budgets = new ConcurrentHashMap<>();
    private final SentryClient client;

    SentryReports(SentrySettings settings) {
        SentryOptions options = new SentryOptions();
        options.setDsn(settings.dsn());
        options.setEnvironment(settings.environment());
        if (!settings.release().isEmpty()) {
            options.setRelease(settings.release());
        }
        options.setSendDefaultPii(false);
        options.setAttachServerName(false);
        options.setAttachThreads(false);
        options.setSendModules(false);
        options.setMaxBreadcrumbs(0);
        options.setEnableAutoSessionTracking(false);
        options.setEnableUncaughtExceptionHandler(false);
        options.setEnableShutdownHook(false);
        options.setEnableExternalConfiguration(false);
        options.setSendClientReports(false);
        options.setShutdownTimeoutMillis(SHUTDOWN_MILLIS);
        options.addInAppInclude("dev.tiercache");
        options.setBeforeSend(SentryReports::stripped);
        // A client of its own instead of the library's global one: nothing else in the process can add to it.
        this.client = new SentryClient(options);
    }

    @Override
    public void report(Kind kind, String message, @Nullable Throwable failure) {
        long now = System.nanoTime();
        if (budgets.computeIfAbsent(kind, k -> new TokenBucket(PER_MINUTE, now)).take(PER_MINUTE, now) > 0) {
            return;
        }
        String name = kind.name().toLowerCase(Locale.ROOT);
        SentryEvent event = failure == null ? new SentryEvent() : new SentryEvent(failure);
        Message text = new Message();
        text.setFormatted(message);
        event.setMessage(text);
        event.setLevel(SentryLevel.ERROR);
        event.setLogger("tiercache");
        event.setTag("kind", name);
        if (failure == null) {
            event.setFingerprints(List.of(name, message));
        }
        client.captureEvent(event, null, null);
    }

    /** Waits a moment for what is on its way. */
    @Override
    public void close() {
        client.close();
    }

    /** The last look at an event: whatever the library or an exception has put into it that could be of a user, goes. */
    private static SentryEvent stripped(SentryEvent event, Hint hint) {
        event.setUser(null);
        event.setRequest(null);
        event.setServerName(null);
        event.setBreadcrumbs(null);
        event.setExtras(null);
        event.setModules(null);
        event.setThreads(null);
        event.setTransaction(null);
        if (event.getExceptions() != null) {
            event.getExceptions().forEach(exception -> exception.setValue(null));
        }
        return event;
    }
}
