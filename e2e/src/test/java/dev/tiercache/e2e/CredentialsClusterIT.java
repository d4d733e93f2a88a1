package dev.tiercache.e2e;

import static dev.tiercache.e2e.fixture.CacheDeploymentAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tiercache.e2e.fixture.Cache;
import dev.tiercache.e2e.fixture.ClusterTest;
import dev.tiercache.e2e.fixture.TestNamespace;
import io.fabric8.kubernetes.api.model.Secret;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** The password of a Secret that the user brings: used, followed when it changes, and named when it is missing. */
@ClusterTest
@Order(1) // takes longest: the shorter classes fill the time beside it
class CredentialsClusterIT {

    private final TestNamespace namespace;

    CredentialsClusterIT(TestNamespace namespace) {
        this.namespace = namespace;
    }

    @Test
    void aChangedPasswordIsTakenOverWithoutARestart() {
        password("team-secret", "redis-password", "first-one-5a1e");
        Cache cache = namespace.cache("owned").apply("""
                redis: {memory: {maxMemory: 64Mi}, persistence: {mode: Disabled}}
                auth: {secretRef: {name: team-secret, key: redis-password}}
                """);
        assertThat(cache).becomesReady();
        assertThat(cache.redis().as("default", "first-one-5a1e", "PING")).isEqualTo("PONG");
        assertThat(cache.secret("owned-binding", "password")).isEqualTo("first-one-5a1e");
        Map<String, String> uids = cache.podUids();

        password("team-secret", "redis-password", "second-one-77c0");

        await("Redis takes the new password")
                .atMost(Duration.ofSeconds(30))
                .until(() ->
                        cache.redis().as("default", "second-one-77c0", "PING").equals("PONG"));
        await("the binding Secret follows")
                .atMost(Duration.ofSeconds(30))
                .until(() -> cache.secret("owned-binding", "password").equals("second-one-77c0"));
        await("Redis refuses the old password")
                .atMost(Duration.ofMinutes(4))
                .until(() ->
                        cache.redis().as("default", "first-one-5a1e", "PING").contains("NOAUTH"));
        assertThat(cache).becomesReady();
        await("both API pods use Redis with the new password")
                .atMost(Duration.ofMinutes(2))
                .until(() -> {
                    String user = "rotated-" + System.nanoTime();
                    cache.api(cache.apiPods().get(0)).report(user, "AAPL");
                    return cache.api(cache.apiPods().get(1))
                            .report(user, "AAPL")
                            .layer()
                            .equals("L2");
                });
        assertThat(cache.podUids()).isEqualTo(uids);
        assertThat(cache.restarts().values()).containsOnly(0);
    }

    @Test
    void theSecretOfTheUserIsNeverOwnedAndOutlivesTheResource() {
        password("lent-secret", "password", "lent-9bd2");
        Cache cache = redisOnly("lent", "lent-secret", "password");
        assertThat(cache).becomesReady();

        cache.delete();
        await().atMost(Duration.ofMinutes(1)).until(() -> cache.ownedObjects().isEmpty());

        Secret secret = namespace
                .client()
                .secrets()
                .inNamespace(namespace.name())
                .withName("lent-secret")
                .require();
        assertThat(secret.getMetadata().getOwnerReferences()).isEmpty();
        assertThat(secret.getMetadata().getDeletionTimestamp()).isNull();
    }

    @Test
    void aMissingSecretIsNamedAndItsArrivalIsNoticed() {
        Cache cache = redisOnly("early", "late-secret", "password");

        assertThat(cache).getsCondition("Ready", "False", "late-secret", Duration.ofSeconds(30));
        password("late-secret", "password", "late-41fa");

        assertThat(cache).becomesReady();
        assertThat(cache.redis().as("default", "late-41fa", "PING")).isEqualTo("PONG");
    }

    @Test
    void aMissingKeyIsNamed() {
        password("keyed-secret", "password", "keyed-3c11");
        Cache cache = redisOnly("keyed", "keyed-secret", "passphrase");

        assertThat(cache).getsCondition("Ready", "False", "passphrase", Duration.ofSeconds(30));
        assertThat(cache).getsCondition("Ready", "False", "keyed-secret", Duration.ofSeconds(30));
    }

    @Test
    void aSecretThatVanishesIsNamedWhileTheCacheGoesOn() {
        password("short-secret", "password", "short-a0b4");
        Cache cache = redisOnly("goes-on", "short-secret", "password");
        assertThat(cache).becomesReady();
        String uid = cache.redisPodUid();

        namespace
                .client()
                .secrets()
                .inNamespace(namespace.name())
                .withName("short-secret")
                .delete();

        assertThat(cache).getsCondition("CredentialsInSync", "False", "short-secret", Duration.ofSeconds(30));
        assertThat(cache.redis().as("default", "short-a0b4", "PING")).isEqualTo("PONG");
        assertThat(cache.redisPodUid()).isEqualTo(uid);
    }

    private Cache redisOnly(String name, String secret, String key) {
        return namespace.cache(name).apply("""
                redis: {memory: {maxMemory: 64Mi}, persistence: {mode: Disabled}}
                auth: {secretRef: {name: %s, key: %s}}
                api: {mode: Disabled}
                """.formatted(secret, key));
    }

    private void password(String secret, String key, String value) {
        namespace.apply("""
                apiVersion: v1
                kind: Secret
                metadata: {name: %s}
                stringData: {%s: %s}
                """.formatted(secret, key, value));
    }
}
