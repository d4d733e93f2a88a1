package dev.tiercache.service.web;

import dev.tiercache.service.report.ReportSchema;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One answer of a service, as it came over a real connection.
 *
 * @param response with the bytes as they were sent, not decompressed
 */
public record ApiAnswer(HttpResponse<byte[]> response) {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * Asks a port of this machine; headers as name, value, name, value. Whatever report comes is held against the schema.
     */
    public static ApiAnswer of(String method, int port, String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, HttpRequest.BodyPublishers.noBody());
        try {
            ApiAnswer answer = new ApiAnswer(HTTP.send(
                    headers.length == 0
                            ? request.build()
                            : request.headers(headers).build(),
                    HttpResponse.BodyHandlers.ofByteArray()));
            if (method.equals("GET") && answer.status() == 200 && path.startsWith("/api/investor-report?")) {
                ReportSchema.check(answer.text());
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Its status. */
    public int status() {
        return response.statusCode();
    }

    /** The first header of that name; empty when there is none. */
    public String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    /** What was sent as the body. */
    public byte[] bytes() {
        return response.body();
    }

    /** The same, read as UTF-8. */
    public String body() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /** The body, decompressed where it is, read as UTF-8. */
    public String text() {
        if (!header("Content-Encoding").equals("gzip")) {
            return body();
        }
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes()))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was sent as the body, read as JSON. */
    public JsonNode json() {
        return JSON.readTree(body());
    }
}
