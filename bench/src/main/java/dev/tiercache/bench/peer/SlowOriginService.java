package dev.tiercache.bench.peer;

import dev.tiercache.service.Application;
import dev.tiercache.service.config.Settings;
import dev.tiercache.service.config.SettingsException;
import dev.tiercache.service.report.ReportException;
import dev.tiercache.service.report.ReportRequest;
import dev.tiercache.service.report.ReportSource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.springframework.context.support.GenericApplicationContext;

/**
 * The service as it is, but with reports from the same HTTP origin that nginx and Varnish fetch from: its URL is the
 * environment's {@code BENCH_ORIGIN}, and the user is the path. The origin counts, over all processes.
 */
public final class SlowOriginService {

    private SlowOriginService() {}

    /** Starts it. */
    public static void main(String[] args) throws SettingsException {
        String origin = System.getenv("BENCH_ORIGIN");
        Application.start(
                Settings.of(System.getenv()),
                context -> ((GenericApplicationContext) context)
                        .registerBean(
                                "httpReports",
                                ReportSource.class,
                                () -> new HttpReports(origin),
                                definition -> definition.setPrimary(true)));
    }

    private record HttpReports(String origin, HttpClient http) implements ReportSource {

        HttpReports(String origin) {
            this(
                    origin,
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
        }

        @Override
        public byte[] report(ReportRequest request) throws ReportException {
            try {
                HttpResponse<byte[]> response = http.send(
                        HttpRequest.newBuilder(URI.create(origin + "/" + request.userId()))
                                .timeout(Duration.ofSeconds(5))
                                .build(),
                        BodyHandlers.ofByteArray());
                if (response.statusCode() == 200) {
                    return response.body();
                }
                throw ReportException.sourceUnavailable("status " + response.statusCode(), Duration.ofSeconds(1));
            } catch (IOException e) {
                throw ReportException.sourceUnavailable(String.valueOf(e.getMessage()), Duration.ofSeconds(1));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw ReportException.sourceUnavailable("interrupted", Duration.ofSeconds(1));
            }
        }

        @Override
        public byte[] phase4(String userId) throws ReportException {
            throw ReportException.sourceUnavailable("this origin has reports only", Duration.ofSeconds(1));
        }

        @Override
        public List<String> defaultSymbols(String userId) {
            return List.of("AAPL");
        }

        @Override
        public String schema() {
            return "{}";
        }
    }
}
