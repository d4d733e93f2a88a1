package dev.tiercache.service.faults;

import dev.tiercache.service.redis.RedisServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The name of Redis stands for nothing for a while, then for another address, as that of a pod does.
 *
 * <p>The service asks the name servers of {@code /etc/resolv.conf}: each instance has one of its own, by a mount that
 * nobody else sees.
 */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class NameFaultsProcessIT {

    private static final String MOUNT = "mount --bind \"$0\" /etc/resolv.conf && exec \"$@\"";

    @TempDir
    Path folder = Path.of("");

    @Test
    void aNameThatIsGoneCostsNoAnswerAndItsNextAddressIsUsed() throws IOException {
        try (RedisServer redis = RedisServer.running();
                RedisServer next = RedisServer.running();
                DnsServer names = DnsServer.running()) {
            names.name("127.0.0.1");
            Path conf = Files.writeString(folder.resolve("resolv.conf"), "nameserver 127.0.0.1." + names.port() + "\n");
            Map<String, String> environment = Map.of("REDIS_URL", "redis://redis.tiercache.test:" + redis.port());
            List<String> by = List.of("unshare", "--map-root-user", "--mount", "sh", "-c", MOUNT, conf.toString());
            try (Stage stage = Stage.of(environment, environment, by);
                    Trial trial = Trial.of(stage, "DNS gone, next address")) {
                double before = stage.losses();
                names.forget();
                trial.runs(Duration.ofSeconds(2));
                trial.claims()
                        .assertThat(stage.losses())
                        .as("losses of the link")
                        .isEqualTo(before);
                redis.kill();
                trial.runs(Duration.ofSeconds(3));
                try (TcpProxy elsewhere = TcpProxy.at(new InetSocketAddress("127.0.0.2", redis.port()), next.port())) {
                    names.name("127.0.0.2");
                    trial.recovers();
                    trial.end();
                }
            }
        }
    }
}
