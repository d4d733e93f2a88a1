package dev.tiercache.service.web;

import dev.tiercache.service.cache.CacheException;
import dev.tiercache.service.cache.Served;
import dev.tiercache.service.cache.TieredCache;
import dev.tiercache.service.problem.BadParametersException;
import dev.tiercache.service.report.ReportException;
import dev.tiercache.service.report.ReportRequest;
import dev.tiercache.service.report.ReportSource;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Answers with reports: cached bytes, and the metadata of this one answer behind them. */
@RestController
class ReportController {

    private final TieredCache cache;
    private final ReportSource reports;
    private final ReportLoaders loaders;
    private final RequestMeters meters;
    private final ReportReader reader;
    private final ReportWriter writer;

    ReportController(
            TieredCache cache, ReportSource reports, ReportReader reader, ReportLoaders loaders, RequestMeters meters) {
        this.cache = cache;
        this.reports = reports;
        this.reader = reader;
        this.loaders = loaders;
        this.meters = meters;
        this.writer = new ReportWriter(cache);
    }

    @GetMapping("/api/investor-report")
    void report(HttpServletRequest request, HttpServletResponse response)
            throws BadParametersException, CacheException, ReportException, IOException {
        RequestContext context = RequestContext.of(request);
        ReportParameters parameters = parameters(request, context);
        ReportRequest wanted = parameters.request();
        String name = ReportNames.of(wanted);
        Preference preference = Preference.of(request.getHeaders("Prefer"));
        @Nullable Served served;
        try {
            served = reader.read(name, parameters.fresh(), loaders.of(wanted), preference);
        } catch (CacheException e) {
            meters.failed(context);
            throw e;
        }
        if (served == null) {
            comeAgain(request, response, Objects.requireNonNull(preference));
            return;
        }
        CacheHeaders.of(served, response::setHeader);
        if (CacheHeaders.matches(request.getHeaders("If-None-Match"), served.value())) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
        } else {
            AsciiBuffer tail = new AsciiBuffer();
            boolean degraded = cache.l2Status().degraded();
            Metadata.tail(tail, served, wanted.userId(), parameters.fresh(), degraded, context);
            writer.write(request, response, name, served, tail);
        }
        meters.answered(served, context);
        ReportObservations.answered(request, served);
    }

    private ReportParameters parameters(HttpServletRequest request, RequestContext context)
            throws BadParametersException, ReportException {
        try {
            return ReportParameters.of(request::getParameterValues, reports::defaultSymbols);
        } catch (ReportException e) {
            meters.failed(context);
            throw e;
        }
    }

    /** The report is at the same place in a moment: the client asked not to be kept waiting for it. */
    private static void comeAgain(HttpServletRequest request, HttpServletResponse response, Preference preference) {
        response.setStatus(HttpServletResponse.SC_ACCEPTED);
        // A circumflex is taken as it comes, but is none of a URI's characters.
        String query = String.valueOf(request.getQueryString()).replace("^", "%5E");
        response.setHeader("Location", request.getRequestURI() + '?' + query);
        response.setHeader("Retry-After", "1");
        response.setHeader("Preference-Applied", preference.applied());
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(0);
    }

    @GetMapping("/api/investor-report/schema")
    void schema(HttpServletResponse response) throws IOException {
        byte[] schema = reports.schema().getBytes(StandardCharsets.UTF_8);
        response.setContentType("application/schema+json");
        response.setContentLength(schema.length);
        response.getOutputStream().write(schema);
    }
}
