package dev.tiercache.operator.observe;

import dev.tiercache.operator.crd.CacheDeployment;
import dev.tiercache.operator.desired.Credentials;
import dev.tiercache.operator.desired.Desired;
import dev.tiercache.operator.desired.ImageDefaults;
import dev.tiercache.operator.desired.Inputs;
import io.fabric8.kubernetes.client.utils.Serialization;

/** A resource and what is desired for it, as the operator itself would make it. */
public final class Examples {
    public static final Credentials CREDENTIALS =
            new Credentials("client-secret", "operator-secret", "exporter-secret");

    private Examples() {}

    /** The resource {@code reports} in namespace {@code ns}. */
    public static CacheDeployment cache(String spec) {
        return Serialization.unmarshal("""
                apiVersion: tiercache.dev/v1alpha1
                kind: CacheDeployment
                metadata: {name: reports, namespace: ns, uid: cache-uid, generation: 7}
                spec: %s
                """.formatted(spec), CacheDeployment.class);
    }

    /** What is desired for it. */
    public static Desired desired(String spec) {
        return desired(spec, CREDENTIALS);
    }

    public static Desired desired(String spec, Credentials credentials) {
        return Desired.of(
                cache(spec), new Inputs(new ImageDefaults("redis:8", "tiercache/service:0.1.0"), credentials));
    }
}
