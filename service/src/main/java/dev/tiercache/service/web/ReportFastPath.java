package dev.tiercache.service.web;

import dev.tiercache.service.cache.Served;
import dev.tiercache.service.cache.TieredCache;
import dev.tiercache.service.cache.model.CachedValue;
import dev.tiercache.service.report.ReportRequest;
import dev.tiercache.service.web.gzip.AcceptEncoding;
import dev.tiercache.service.web.gzip.GzipPrefix;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.tomcat.util.http.FastHttpDateFormat;
import org.jspecify.annotations.Nullable;

/**
 * Answers plain requests for reports that L1 has, byte for byte as {@link ReportController} does behind Tomcat and
 * Spring; a test compares the two.
 */
final class ReportFastPath implements FastPath {

    private final TieredCache cache;
    private final ReportLoaders loaders;
    private final RequestMeters meters;
    private final Drain drain;
    private final ThreadLocal<Buffers> buffers = ThreadLocal.withInitial(Buffers::new);

    ReportFastPath(TieredCache cache, ReportLoaders loaders, RequestMeters meters, Drain drain) {
        this.cache = cache;
        this.loaders = loaders;
        this.meters = meters;
        this.drain = drain;
    }

    /** What one thread writes its answers into: the answer, and its last part, whose length stands in the first. */
    private record Buffers(AsciiBuffer answer, AsciiBuffer tail) {
        Buffers() {
            this(new AsciiBuffer(), new AsciiBuffer());
        }
    }

    @Override
    public @Nullable ByteBuffer answer(byte[] bytes, int length, int keepAliveMillis) {
        PlainRequest request = drain.draining() ? null : PlainRequest.of(bytes, length);
        if (request == null) {
            return null;
        }
        RequestContext context = RequestContext.begin(request.requestId());
        // No check of user and symbols is needed: only names of checked, canonical requests have ever come into L1.
        Served served = cache.hit(
                ReportNames.of(request.userId(), request.symbols()),
                false,
                loaders.of(() -> canonical(request)),
                value -> isAtHand(value, request));
        if (served == null) {
            return null;
        }
        boolean unchanged = CacheHeaders.matches(request.ifNoneMatch(), served.value());
        byte @Nullable [] compressed =
                isSentCompressed(served.value(), request) ? served.value().form() : null;
        AsciiBuffer answer = buffers.get().answer().clear();
        answer.add(unchanged ? "HTTP/1.1 304 \r\n" : "HTTP/1.1 200 \r\n");
        context.headers(answer::header);
        CacheHeaders.of(served, answer::header);
        if (unchanged) {
            end(answer, request, keepAliveMillis);
        } else {
            AsciiBuffer tail = buffers.get().tail().clear();
            boolean degraded = cache.l2Status().degraded();
            Metadata.tail(tail, served, request.userId(), false, degraded, context);
            report(answer, served.value().body(), compressed, tail, request, keepAliveMillis);
        }
        meters.hit(served, context, unchanged);
        return answer.content();
    }

    /** Compressing takes longer than may be waited for here; whoever does it keeps it for the next. */
    private static boolean isAtHand(CachedValue value, PlainRequest request) {
        return value.form() != null
                || !isSentCompressed(value, request)
                || CacheHeaders.matches(request.ifNoneMatch(), value);
    }

    private static boolean isSentCompressed(CachedValue value, PlainRequest request) {
        return ReportWriter.compresses(value) && AcceptEncoding.wantsGzip(request.acceptEncoding());
    }

    private static void report(
            AsciiBuffer answer,
            byte[] body,
            byte @Nullable [] compressed,
            AsciiBuffer tail,
            PlainRequest request,
            int keepAliveMillis) {
        // Without its closing brace: the tail brings another one.
        int length = body.length - 1;
        if (compressed == null) {
            head(answer, length + tail.length(), request, keepAliveMillis);
            answer.add(body, 0, length).add(tail);
            return;
        }
        answer.header("Content-Encoding", "gzip");
        head(answer, GzipPrefix.length(compressed, tail.length()), request, keepAliveMillis);
        byte[] rest = GzipPrefix.rest(compressed, length, tail.bytes(), tail.length());
        answer.add(compressed, 0, GzipPrefix.sent(compressed)).add(rest, 0, rest.length);
    }

    private static void head(AsciiBuffer answer, int length, PlainRequest request, int keepAliveMillis) {
        answer.header("Content-Type", ReportWriter.JSON);
        answer.add("Content-Length: ").add(length).add("\r\n");
        end(answer, request, keepAliveMillis);
    }

    /** The end of the head, as Tomcat writes it. */
    private static void end(AsciiBuffer answer, PlainRequest request, int keepAliveMillis) {
        answer.header("Date", FastHttpDateFormat.getCurrentDate());
        if (request.keepAlive() && keepAliveMillis > 0) {
            answer.add("Keep-Alive: timeout=").add(keepAliveMillis / 1000).add("\r\n");
            answer.header("Connection", "keep-alive");
        }
        answer.add("\r\n");
    }

    private static ReportRequest canonical(PlainRequest request) {
        return new ReportRequest(request.userId(), List.of(request.symbols().split(",")));
    }
}
