package dev.tiercache.service.stream;

import dev.tiercache.service.problem.ProblemDetail;
import dev.tiercache.service.report.ReportRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.HandshakeInterceptor;

/** Takes the user's id from the path before the handshake, and refuses what is none. */
final class UserIdFromPath implements HandshakeInterceptor {

    private static final byte[] PROBLEM = ProblemDetail.of(
                    400,
                    "bad-parameters",
                    "Bad parameters",
                    "Correct user_id: 1 to 64 of letters, digits, '_', '.', '@', '-'.",
                    "")
            .json();

    @Override
    public boolean beforeHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            Map<String, Object> attributes)
            throws java.io.IOException {
        String path = request.getURI().getPath();
        String userId = path.substring(path.lastIndexOf('/') + 1);
        if (!ReportRequest.USER_ID.matcher(userId).matches()) {
            response.setStatusCode(HttpStatus.BAD_REQUEST);
            response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
            response.getBody().write(PROBLEM);
            return false;
        }
        attributes.put(Phase4Handler.USER_ID, userId);
        return true;
    }

    @Override
    public void afterHandshake(
            ServerHttpRequest request,
            ServerHttpResponse response,
            WebSocketHandler handler,
            @Nullable Exception failure) {}
}
