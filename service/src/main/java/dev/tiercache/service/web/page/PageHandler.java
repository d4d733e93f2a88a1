package dev.tiercache.service.web.page;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.http.HttpMethod;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** Answers the page and its files, and nothing that is not one of them. */
final class PageHandler implements HttpRequestHandler {

    /** Where the page is; its files are below. */
    static final String PATH = "/dashboard";

    private static final String PAGE = "index.html";

    private static final Set<String> FILES = Set.of(
            "api.js",
            "cache-state.js",
            "dom.js",
            "format.js",
            "gauges.js",
            "icon.svg",
            "live.js",
            "main.js",
            "page.css",
            "reads.js",
            "report.js",
            "socket.js",
            "timers.js");

    /**
     * What a browser lets the page do: run and show what comes from here, ask this service, and nothing else. 'self'
     * covers the WebSocket, whose scheme is that of the page's (CSP 3, 6.7.2.8); texts never become scripts.
     */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
                    + " require-trusted-types-for 'script'; trusted-types 'none'";

    /** Read when they are first asked for: a start does not pay for them. */
    private final Map<String, Asset> assets = new ConcurrentHashMap<>();

    @Override
    public void handleRequest(HttpServletRequest request, HttpServletResponse response)
            throws IOException, NoResourceFoundException, HttpRequestMethodNotSupportedException {
        HttpMethod method = HttpMethod.valueOf(request.getMethod());
        if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
            throw new HttpRequestMethodNotSupportedException(method.name(), Set.of("GET", "HEAD"));
        }
        Asset asset = assets.computeIfAbsent(name(request, method), Asset::read);
        headers(response);
        if (new ServletWebRequest(request, response).checkNotModified(asset.etag())) {
            return;
        }
        response.setContentType(asset.type());
        response.setContentLength(asset.body().length);
        if (method.equals(HttpMethod.GET)) {
            response.getOutputStream().write(asset.body());
        }
    }

    private static String name(HttpServletRequest request, HttpMethod method) throws NoResourceFoundException {
        String path = String.valueOf(request.getAttribute(HandlerMapping.PATH_WITHIN_HANDLER_MAPPING_ATTRIBUTE));
        if (path.equals(PATH)) {
            return PAGE;
        }
        if (!FILES.contains(path)) {
            throw new NoResourceFoundException(method, request.getRequestURI(), path);
        }
        return path;
    }

    private static void headers(HttpServletResponse response) {
        // Kept, but asked for each time: a page and its modules are of one version.
        response.setHeader("Cache-Control", "no-cache");
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
    }
}
