package dev.tiercache.service.stream;

import dev.tiercache.service.problem.ProblemDetail;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Answers those who come to the stream by plain HTTP. */
@RestController
class StreamController {

    private final Phase4Hub hub;
    private final byte[] contract = contract();

    StreamController(Phase4Hub hub) {
        this.hub = hub;
    }

    /** The messages of the stream, as an AsyncAPI document. */
    @GetMapping(value = "/v3/asyncapi", produces = "application/json")
    ResponseEntity<byte[]> asyncapi() {
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(contract);
    }

    @GetMapping(value = "/ws/phase4-metrics/stats", produces = "application/json")
    Map<String, Object> stats() {
        return hub.stats();
    }

    @GetMapping("/ws/phase4-metrics/{userId}")
    ResponseEntity<ProblemDetail> noUpgrade(HttpServletResponse response) {
        String requestId = Objects.requireNonNullElse(response.getHeader("X-Request-Id"), "");
        ProblemDetail problem = ProblemDetail.ofStatus(HttpStatus.UPGRADE_REQUIRED.value(), requestId);
        return ResponseEntity.status(problem.status())
                .header(HttpHeaders.UPGRADE, "websocket")
                .header(HttpHeaders.CONNECTION, "Upgrade")
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }

    private static byte[] contract() {
        try (InputStream in = StreamController.class.getResourceAsStream("asyncapi.json")) {
            return Objects.requireNonNull(in, "the resource asyncapi.json is missing from this build")
                    .readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("the resource asyncapi.json of this build cannot be read", e);
        }
    }
}
