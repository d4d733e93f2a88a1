package dev.tiercache.service.web;

import dev.tiercache.service.cache.CacheException;
import dev.tiercache.service.errors.ErrorReports;
import dev.tiercache.service.problem.BadParameter;
import dev.tiercache.service.problem.BadParametersException;
import dev.tiercache.service.problem.ProblemDetail;
import dev.tiercache.service.report.ReportException;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Turns whatever went wrong into problem details. */
@RestControllerAdvice
@RestController
class Problems implements ErrorController {

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private final ErrorReports errors;

    Problems(ErrorReports errors) {
        this.errors = errors;
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> badParameters(BadParametersException e, HttpServletRequest request) {
        String names = String.join(
                ", ",
                e.parameters().stream().map(BadParameter::parameter).distinct().toList());
        return answer(
                ProblemDetail.of(400, "bad-parameters", "Bad parameters", "Correct " + names + ".", id(request))
                        .withErrors(e.parameters()),
                Duration.ZERO);
    }

    /** The query string itself cannot be read: thrown when the first parameter is asked for. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> unreadableParameters(InvalidParameterException e, HttpServletRequest request) {
        return answer(
                ProblemDetail.of(
                        400,
                        "bad-parameters",
                        "Bad parameters",
                        "Correct the query: name=value joined by '&', other bytes as %XX of UTF-8.",
                        id(request)),
                Duration.ZERO);
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> noAnswer(CacheException e, HttpServletRequest request) {
        String id = id(request);
        return switch (e.reason()) {
            case L2_DOWN ->
                answer(
                        ProblemDetail.of(
                                503,
                                "cache-down",
                                "Cache down",
                                "The shared cache is away, and without it only cached reports are served. Try again"
                                        + " later.",
                                id),
                        e.retryAfter());
            case OVERLOADED ->
                answer(
                        ProblemDetail.of(503, "overloaded", "Overloaded", "Too many reports are being computed.", id),
                        e.retryAfter());
            case LIMITED ->
                answer(
                        ProblemDetail.of(
                                429,
                                "too-many-computations",
                                "Too many computations",
                                "This user has asked for many reports that had to be computed; cached ones are"
                                        + " answered all the same.",
                                id),
                        e.retryAfter());
            case DEADLINE ->
                answer(
                        ProblemDetail.of(
                                504,
                                "deadline",
                                "Deadline exceeded",
                                "The report is still being computed. Try again later.",
                                id),
                        e.retryAfter());
            case LOAD_FAILED -> loadFailed(e.getCause(), id);
        };
    }

    /** There was nothing to look up in the cache yet. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> noSymbols(ReportException e, HttpServletRequest request) {
        return loadFailed(e, id(request));
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> other(Exception e, HttpServletRequest request) throws Exception {
        if (e instanceof IOException) {
            // The client has gone: there is nobody to answer.
            throw e;
        }
        if (e instanceof ErrorResponse response) {
            int status = response.getStatusCode().value();
            return ResponseEntity.status(status)
                    .headers(allow(response.getHeaders()))
                    .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                    .body(ProblemDetail.ofStatus(status, id(request)));
        }
        LOG.error("event=request_failed request_id={}", id(request), e);
        errors.report(ErrorReports.Kind.REQUEST, "A request failed", e);
        return answer(ProblemDetail.ofStatus(500, id(request)), Duration.ZERO);
    }

    /** What went wrong outside the controllers. */
    @RequestMapping("/error")
    ResponseEntity<ProblemDetail> error(HttpServletRequest request) {
        int status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer given ? given : 404;
        return answer(ProblemDetail.ofStatus(status, id(request)), Duration.ZERO);
    }

    private static ResponseEntity<ProblemDetail> loadFailed(@Nullable Throwable cause, String id) {
        if (rootReport(cause) instanceof ReportException e) {
            return switch (e.kind()) {
                case UNKNOWN_SYMBOLS ->
                    answer(
                            ProblemDetail.of(
                                            404,
                                            "unknown-symbols",
                                            "Unknown symbols",
                                            "There is no data for any of the symbols.",
                                            id)
                                    .withSymbols(e.symbols()),
                            Duration.ZERO);
                case SOURCE_UNAVAILABLE -> {
                    LOG.warn("event=source_unavailable request_id={} reason=\"{}\"", id, e.getMessage());
                    yield answer(
                            ProblemDetail.of(
                                    503,
                                    "source-unavailable",
                                    "Market data unavailable",
                                    "The source of market data does not answer. Try again later.",
                                    id),
                            e.retryAfter());
                }
            };
        }
        LOG.error("event=report_failed request_id={}", id, cause);
        return answer(ProblemDetail.ofStatus(500, id), Duration.ZERO);
    }

    private static @Nullable Throwable rootReport(@Nullable Throwable failure) {
        Throwable cause = failure;
        while (cause != null && !(cause instanceof ReportException)) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static ResponseEntity<ProblemDetail> answer(ProblemDetail problem, Duration retryAfter) {
        ResponseEntity.BodyBuilder response =
                ResponseEntity.status(problem.status()).contentType(MediaType.APPLICATION_PROBLEM_JSON);
        response.header(HttpHeaders.CACHE_CONTROL, "no-store");
        if (!retryAfter.isZero()) {
            response.header(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, retryAfter.toSeconds())));
        }
        return response.body(problem);
    }

    private static HttpHeaders allow(HttpHeaders headers) {
        HttpHeaders kept = new HttpHeaders();
        kept.set(HttpHeaders.CACHE_CONTROL, "no-store");
        if (!headers.getAllow().isEmpty()) {
            Set<HttpMethod> methods = new LinkedHashSet<>(headers.getAllow());
            if (methods.contains(HttpMethod.GET)) {
                methods.add(HttpMethod.HEAD);
            }
            kept.setAllow(methods);
        }
        return kept;
    }

    private static String id(HttpServletRequest request) {
        return RequestContext.of(request).id();
    }
}
