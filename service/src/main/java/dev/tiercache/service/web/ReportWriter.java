package dev.tiercache.service.web;

import dev.tiercache.service.cache.Served;
import dev.tiercache.service.cache.TieredCache;
import dev.tiercache.service.cache.model.CachedValue;
import dev.tiercache.service.web.gzip.AcceptEncoding;
import dev.tiercache.service.web.gzip.GzipPrefix;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes a report with the metadata of this one answer behind it, compressed for who asks: the report once, its
 * compressed form stays beside it in the cache, and the metadata go behind that as they are.
 */
final class ReportWriter {

    /** Compressing less than that saves nobody anything. */
    static final int LEAST_TO_COMPRESS = 1024;

    static final String JSON = "application/json";

    private final TieredCache cache;

    ReportWriter(TieredCache cache) {
        this.cache = cache;
    }

    /**
     * Writes one answer.
     *
     * @param name the report's name in the cache
     * @param tail what follows the report's last member
     */
    void write(HttpServletRequest request, HttpServletResponse response, String name, Served served, AsciiBuffer tail)
            throws IOException {
        byte[] body = served.value().body();
        // Without its closing brace: the tail brings another one.
        int length = body.length - 1;
        response.setContentType(JSON);
        OutputStream out;
        if (compresses(served.value()) && AcceptEncoding.wantsGzip(request.getHeaders("Accept-Encoding"))) {
            byte[] prefix = prefix(name, served.value());
            response.setHeader("Content-Encoding", "gzip");
            response.setContentLength(GzipPrefix.length(prefix, tail.length()));
            out = response.getOutputStream();
            out.write(prefix, 0, GzipPrefix.sent(prefix));
            out.write(GzipPrefix.rest(prefix, length, tail.bytes(), tail.length()));
        } else {
            response.setContentLength(length + tail.length());
            out = response.getOutputStream();
            out.write(body, 0, length);
            tail.writeTo(out);
        }
    }

    /** Whether a report is sent compressed to who asks. */
    static boolean compresses(CachedValue value) {
        return value.body().length >= LEAST_TO_COMPRESS;
    }

    /** Two that come first at once both make it, and one stays. */
    private byte[] prefix(String name, CachedValue value) {
        byte[] kept = value.form();
        if (kept == null) {
            kept = GzipPrefix.of(value.body(), value.body().length - 1);
            value.keepForm(kept);
            cache.grown(name);
        }
        return kept;
    }
}
