package dev.tiercache.service.web;

import jakarta.servlet.ServletRequest;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What belongs to one request and to no other.
 *
 * @param id its id: the client's where that is plain, else a new one
 * @param startNanos when it came, by {@link System#nanoTime()}
 */
record RequestContext(String id, long startNanos) {

    private static final String ATTRIBUTE = RequestContext.class.getName();
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    static RequestContext begin(@Nullable String clientsId) {
        String id = clientsId != null && PLAIN.matcher(clientsId).matches()
                ? clientsId
                : Long.toHexString(ThreadLocalRandom.current().nextLong() | Long.MIN_VALUE);
        return new RequestContext(id, System.nanoTime());
    }

    void attachTo(ServletRequest request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /** Gives each header that all answers have, name and value. */
    void headers(BiConsumer<String, String> header) {
        header.accept("X-Request-Id", id);
        header.accept("X-Content-Type-Options", "nosniff");
    }

    static RequestContext of(ServletRequest request) {
        return (RequestContext) Objects.requireNonNull(request.getAttribute(ATTRIBUTE), "RequestFilter comes first");
    }
}
