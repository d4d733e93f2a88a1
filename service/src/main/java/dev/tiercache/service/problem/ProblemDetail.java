package dev.tiercache.service.problem;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * An error as RFC 9457 writes it. Texts come from here, never from an exception.
 *
 * @param type what kind of problem: {@code urn:tiercache:problem:NAME}
 * @param title the kind in words
 * @param status the HTTP status
 * @param detail what to do about it
 * @param requestId the id to look for in the logs; plain, or empty where the request got none
 * @param errors the parameters that are not good
 * @param symbols the symbols without data
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ProblemDetail(
        String type,
        String title,
        int status,
        String detail,
        @JsonProperty("request_id") String requestId,
        List<BadParameter> errors,
        List<String> symbols) {

    /** One of this project's own types. */
    public static ProblemDetail of(int status, String name, String title, String detail, String requestId) {
        return new ProblemDetail(
                "urn:tiercache:problem:" + name, title, status, detail, requestId, List.of(), List.of());
    }

    /** The same with the parameters that are not good. */
    public ProblemDetail withErrors(List<BadParameter> errors) {
        return new ProblemDetail(type, title, status, detail, requestId, errors, symbols);
    }

    /** The same with the symbols that have no data. */
    public ProblemDetail withSymbols(List<String> symbols) {
        return new ProblemDetail(type, title, status, detail, requestId, errors, symbols);
    }

    /** The problem of a status that has nothing more to say. */
    public static ProblemDetail ofStatus(int status, String requestId) {
        return switch (status) {
            case 401 ->
                of(401, "unauthorized", "Unauthorized", "Send the token: Authorization: Bearer TOKEN.", requestId);
            case 404 ->
                of(404, "not-found", "Not found", "There is nothing at this path; / lists what there is.", requestId);
            case 405 ->
                of(405, "method-not-allowed", "Method not allowed", "The header Allow lists what is.", requestId);
            case 406 -> of(406, "not-acceptable", "Not acceptable", "Answers are JSON.", requestId);
            case 426 ->
                of(
                        426,
                        "upgrade-required",
                        "Upgrade required",
                        "This is a WebSocket: connect to it with ws:// or wss://.",
                        requestId);
            case 413, 414, 431 -> of(status, "too-large", "Request too large", "Send a shorter request.", requestId);
            default ->
                status < 500
                        ? of(status, "bad-request", "Bad request", "The request cannot be understood.", requestId)
                        : of(status, "internal", "Internal error", "The log of the service says more.", requestId);
        };
    }

    /** As JSON, for whoever has to answer without a mapper; its texts need no escapes, for they come from here. */
    public byte[] json() {
        String id = requestId.isEmpty() ? "" : ",\"request_id\":\"" + requestId + '"';
        return ("{\"type\":\"" + type + "\",\"title\":\"" + title + "\",\"status\":" + status + ",\"detail\":\""
                        + detail + '"' + id + '}')
                .getBytes(StandardCharsets.UTF_8);
    }
}
