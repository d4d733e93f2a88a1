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
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Answers with reports: cached bytes, and the metadata of this one answer behind them. */
@RestController
class ReportController {

    private final TieredCache cache;
    private final ReportSource reports;
    private final ReportLoaders loaders;
    private final RequestMeters meters;
    private final ReportWriter writer;

    ReportController(TieredCache cache, ReportSource reports, ReportLoaders loaders, RequestMeters meters) {
        this.cache = cache;
        this.reports = reports;
        this.loaders = loaders;
        this.meters = meters;
        this.writer = new ReportWriter(cache);
    }

    @GetMapping("/api/investor-report")
    void report(HttpServletRequest request, HttpServletResponse response)
            throws BadParametersException, CacheException, ReportException, IOException {
        RequestContext context = RequestContext.of(request);
        ReportParameters parameters = ReportParameters.of(request::getParameterValues, reports::defaultSymbols);
        ReportRequest wanted = parameters.request();
        String name = ReportNames.of(wanted);
        Served served;
        try {
            served = cache.get(name, parameters.fresh(), loaders.of(wanted));
        } catch (CacheException e) {
            meters.failed(context);
            throw e;
        }
        CacheHeaders.set(response, served);
        if (CacheHeaders.matches(request.getHeaders("If-None-Match"), served)) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
        } else {
            writer.write(
                    request,
                    response,
                    name,
                    served,
                    Metadata.tail(served, parameters, cache.l2Status().degraded(), context));
        }
        meters.answered(served, context);
    }

    @GetMapping("/api/investor-report/schema")
    void schema(HttpServletResponse response) throws IOException {
        byte[] schema = reports.schema().getBytes(StandardCharsets.UTF_8);
        response.setContentType("application/schema+json");
        response.setContentLength(schema.length);
        response.getOutputStream().write(schema);
    }
}
