package dev.tiercache.service.web.admin;

import dev.tiercache.service.config.AdminSettings;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** Keeps the two ports apart: the admin API answers on its own only, nothing else does there, and nobody without the token. */
final class AdminGate implements Filter {

    /** What all paths of the admin API start with. */
    static final String ROOT = "/api/admin/";

    private static final String SCHEME = "Bearer ";

    private final AdminSettings settings;

    AdminGate(AdminSettings settings) {
        this.settings = settings;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest http = (HttpServletRequest) request;
        HttpServletResponse answer = (HttpServletResponse) response;
        boolean adminPort = request.getLocalPort() == settings.port();
        // Decoded and normalised by Tomcat: no way of writing a path differently leads past this.
        boolean adminPath = (http.getServletPath() + '/').startsWith(ROOT);
        String authorization = http.getHeader("Authorization");
        if (adminPort != adminPath) {
            answer.sendError(HttpServletResponse.SC_NOT_FOUND);
        } else if (adminPort && !admits(authorization)) {
            String why = authorization == null ? "" : ", error=\"invalid_token\"";
            answer.setHeader("WWW-Authenticate", "Bearer realm=\"tiercache-admin\"" + why);
            answer.sendError(HttpServletResponse.SC_UNAUTHORIZED);
        } else {
            chain.doFilter(request, response);
        }
    }

    private boolean admits(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        String token = settings.token();
        // By their digests: how long it takes tells neither how much of it was right nor how long the right one is.
        return !token.isEmpty()
                && MessageDigest.isEqual(
                        digest(token),
                        digest(authorization.substring(SCHEME.length()).strip()));
    }

    private static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
