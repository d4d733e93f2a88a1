package dev.tiercache.operator.desired;

import dev.tiercache.operator.crd.CacheDeployment;
import dev.tiercache.operator.crd.CacheDeploymentSpec;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Resources and inputs that tests render. */
final class Fixtures {
    static final Path DIRECTORY = Path.of("src/test/resources/dev/tiercache/operator/desired");
    static final Credentials CREDENTIALS =
            new Credentials("cl/ent p@ss:word", "operator-pass", "exporter-pass", List.of());
    static final Credentials SENTINEL_CREDENTIALS = CREDENTIALS.withSentinel("replication-pass", "sentinel-pass");
    static final Inputs INPUTS = new Inputs(new ImageDefaults("redis:8", "tiercache/service:0.1.0"), CREDENTIALS);

    private Fixtures() {}

    static List<String> specNames() {
        try (Stream<Path> files = Files.list(DIRECTORY.resolve("specs"))) {
            return files.map(file -> file.getFileName().toString().replace(".yaml", ""))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static CacheDeployment named(String specName) {
        try {
            return cache(Files.readString(DIRECTORY.resolve("specs").resolve(specName + ".yaml")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A resource with the spec of a YAML text. */
    static CacheDeployment cache(String spec) {
        return cache(Serialization.unmarshal(spec, CacheDeploymentSpec.class));
    }

    static CacheDeployment cache(CacheDeploymentSpec spec) {
        CacheDeployment cache = new CacheDeployment();
        cache.setMetadata(new ObjectMetaBuilder()
                .withNamespace("shop")
                .withName("reports")
                .withUid("11111111-2222-3333-4444-555555555555")
                .build());
        cache.setSpec(spec);
        return cache;
    }

    static Desired desired(String spec) {
        return desired(cache(spec));
    }

    static Desired desired(CacheDeployment cache) {
        return Desired.of(cache, inputs(cache.getSpec()));
    }

    /** Inputs with an address for each pod: 10.0.0.N of Redis, 10.0.1.N of Sentinels. */
    static Inputs inputs(CacheDeploymentSpec spec) {
        if (!spec.isSentinel()) {
            return INPUTS;
        }
        Map<String, String> addresses = new HashMap<>();
        for (int i = 0; i < spec.redisReplicas(); i++) {
            addresses.put("reports-redis-" + i, "10.0.0." + i);
        }
        for (int i = 0; i < spec.effectiveSentinel().replicas(); i++) {
            addresses.put("reports-sentinel-" + i, "10.0.1." + i);
        }
        return new Inputs(INPUTS.images(), SENTINEL_CREDENTIALS, addresses, spec.redisReplicas());
    }
}
