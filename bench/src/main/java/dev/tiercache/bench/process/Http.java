package dev.tiercache.bench.process;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** Single requests outside of what is measured: readiness, the body to serve, counters. */
public final class Http {

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();

    private Http() {}

    /**
     * Asks once.
     *
     * @throws IOException when there is no answer within 10 s
     */
    public static HttpResponse<byte[]> get(String url) throws IOException {
        try {
            return CLIENT.send(
                    HttpRequest.newBuilder(URI.create(url))
                            .timeout(Duration.ofSeconds(10))
                            .build(),
                    BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /**
     * Asks once, for something that must be there.
     *
     * @throws IllegalStateException when the answer is not 200
     */
    public static HttpResponse<byte[]> ok(String url) {
        try {
            HttpResponse<byte[]> response = get(url);
            if (response.statusCode() != 200) {
                throw new IllegalStateException(url + " answers " + response.statusCode());
            }
            return response;
        } catch (IOException e) {
            throw new IllegalStateException(url + " does not answer", e);
        }
    }

    /** Whether a URL answers 200 now. */
    public static boolean answers(String url) {
        try {
            return get(url).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
