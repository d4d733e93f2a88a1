package dev.tiercache.service.web;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Gives every request its id and its start, every answer the headers that all have, and ends connections while draining. */
final class RequestFilter implements Filter {

    private final Drain drain;

    RequestFilter(Drain drain) {
        this.drain = drain;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        RequestContext context = RequestContext.begin(((HttpServletRequest) request).getHeader("X-Request-Id"));
        context.attachTo(request);
        HttpServletResponse http = (HttpServletResponse) response;
        context.headers(http::setHeader);
        if (drain.draining()) {
            // The client's next request opens a new connection, which goes to another instance.
            http.setHeader("Connection", "close");
        }
        chain.doFilter(request, response);
    }
}
