package dev.tiercache.service.stream;

import dev.tiercache.service.problem.ProblemDetail;
import jakarta.servlet.http.HttpServletResponse;
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

    StreamController(Phase4Hub hub) {
        this.hub = hub;
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
}
