package dev.tiercache.service.web;

import dev.tiercache.service.cache.Served;
import dev.tiercache.service.cache.TieredCache;
import dev.tiercache.service.report.ReportRequest;
import dev.tiercache.service.report.ReportSource;
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
    private final ReportSource reports;
    private final RequestMeters meters;
    private final Drain drain;
    private final ThreadLocal<Buffers> buffers = ThreadLocal.withInitial(Buffers::new);

    ReportFastPath(TieredCache cache, ReportSource reports, RequestMeters meters, Drain drain) {
        this.cache = cache;
        this.reports = reports;
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
                () -> ReportController.load(reports, canonical(request)));
        if (served == null) {
            return null;
        }
        boolean unchanged = CacheHeaders.matches(request.ifNoneMatch(), served);
        Buffers to = buffers.get();
        AsciiBuffer answer = to.answer().clear();
        answer.add(unchanged ? "HTTP/1.1 304 \r\n" : "HTTP/1.1 200 \r\n");
        context.headers(answer::header);
        CacheHeaders.of(served, answer::header);
        if (unchanged) {
            end(answer, request, keepAliveMillis);
        } else {
            byte[] body = served.value().body();
            AsciiBuffer tail = to.tail().clear();
            Metadata.tail(
                    tail, served, request.userId(), false, cache.l2Status().degraded(), context);
            answer.header("Content-Type", ReportController.JSON);
            answer.add("Content-Length: ").add(body.length - 1 + tail.length()).add("\r\n");
            end(answer, request, keepAliveMillis);
            answer.add(body, 0, body.length - 1).add(tail);
        }
        meters.hit(context, unchanged);
        return answer.content();
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
