package dev.tiercache.service.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What programs that read gzip for a living say of the answers of a running service. */
class GzipClientsProcessIT {

    @TempDir
    Path folder = Path.of("");

    @Test
    void curlAndGzipReadACompressedReport() throws Exception {
        try (ServiceProcess service = ServiceProcess.start(Map.of("REDIS_URL", "redis://127.0.0.1:1"))) {
            String url = "http://127.0.0.1:" + service.port() + "/api/investor-report?user_id=ann&symbols=AAPL,MSFT";
            Path raw = folder.resolve("report.gz");
            Path read = folder.resolve("report.json");

            run("curl", "-sS", "--fail", "-H", "Accept-Encoding: gzip", "-o", raw.toString(), url);
            run("curl", "-sS", "--fail", "--compressed", "-o", read.toString(), url);

            assertThat(run("gzip", "--test", "--verbose", raw.toString())).contains("OK");
            assertThat(Files.readString(read))
                    .startsWith("{\"")
                    .contains("\"cache_layer\":\"L1\"")
                    .endsWith("}}");
            String unpacked = run("gzip", "--decompress", "--stdout", raw.toString());
            assertThat(unpacked).startsWith("{\"").endsWith("}}");
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(List.of(command))
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new IllegalStateException(command[0] + " is missing: apt-get install curl gzip", e);
        }
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
