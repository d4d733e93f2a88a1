package dev.tiercache.operator.reconcile;

import dev.tiercache.operator.crd.AuthSpec;
import dev.tiercache.operator.crd.CacheDeployment;
import dev.tiercache.operator.desired.AclFile;
import dev.tiercache.operator.desired.Credentials;
import dev.tiercache.operator.desired.Hashes;
import dev.tiercache.operator.desired.Names;
import dev.tiercache.operator.observe.Caches;
import dev.tiercache.operator.observe.Observation;
import dev.tiercache.operator.observe.UserSecrets;
import dev.tiercache.operator.status.Situation.Problem;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the passwords of a resource: generated ones in {@code <name>-auth}, the client's there or in the user's Secret.
 *
 * <p>A password is generated only after the API server itself said that there is none: a cache that is behind must never
 * lock clients out.
 */
final class CredentialsReader {
    private static final String PASSWORD = "password";
    private static final int RANDOM_BYTES = 32;

    private final KubernetesClient client;
    private final Caches caches;
    private final UserSecrets userSecrets;
    private final PasswordRotation clients;
    private final PasswordRotation exporters;
    private final SecureRandom random = new SecureRandom();

    CredentialsReader(KubernetesClient client, Caches caches, UserSecrets userSecrets, Clock clock) {
        this.client = client;
        this.caches = caches;
        this.userSecrets = userSecrets;
        this.clients = new PasswordRotation(clock);
        this.exporters = new PasswordRotation(clock);
    }

    /**
     * What was found.
     *
     * @param credentials the passwords to use, or null if there are none to go on with
     * @param problem what the user has to put right, or null
     */
    record Found(
            @Nullable Credentials credentials, @Nullable Problem problem) {}

    /** Finds or generates the passwords of a resource. */
    Found read(CacheDeployment cache, Observation now) {
        var names = Names.of(cache);
        var generated = new Generated(names);
        AuthSpec auth = cache.getSpec().auth();
        String client = "";
        Problem problem = null;
        if (auth.mode() == AuthSpec.AuthMode.PASSWORD) {
            if (auth.secretRef() == null) {
                client = generated.get(PASSWORD);
            } else {
                String given = withoutLineBreak(userSecrets.value(cache));
                problem = problem(cache, auth.secretRef(), given);
                // Existing workloads go on with what they have until the Secret is put right.
                client = problem == null && given != null ? given : lastKnown(names);
                if (client == null) {
                    return new Found(null, problem);
                }
            }
        }
        String uid = cache.getMetadata().getUid();
        List<String> retiring = auth.mode() == AuthSpec.AuthMode.PASSWORD
                ? clients.retiring(uid, accepted(now, AclFile.CLIENT), Hashes.sha256(client))
                : List.of();
        String exporter = generated.get(AclFile.EXPORTER);
        boolean sentinel = cache.getSpec().isSentinel();
        return new Found(
                new Credentials(
                        client,
                        generated.get(AclFile.OPERATOR),
                        exporter,
                        sentinel ? generated.get(AclFile.REPLICATION) : "",
                        sentinel ? generated.get(AclFile.SENTINEL) : "",
                        retiring,
                        exporters.retiring(uid, accepted(now, AclFile.EXPORTER), Hashes.sha256(exporter))),
                problem);
    }

    /** Forgets the passwords of a resource that is gone. */
    void forget(CacheDeployment gone) {
        userSecrets.forget(gone);
        clients.forget(gone.getMetadata().getUid());
        exporters.forget(gone.getMetadata().getUid());
    }

    private @Nullable Problem problem(CacheDeployment cache, AuthSpec.SecretKey reference, @Nullable String value) {
        String where = "Secret " + reference.name();
        if (!userSecrets.exists(cache)) {
            boolean ours = caches.get(Secret.class, cache.getMetadata().getNamespace(), reference.name()) != null;
            return absent(reference, ours);
        }
        if (value == null) {
            return new Problem(
                    "SecretKeyNotFound",
                    where + " has no key " + reference.key() + " (spec.auth.secretRef.key): add it");
        }
        if (value.isEmpty() || value.chars().anyMatch(Character::isISOControl)) {
            return new Problem(
                    "PasswordUnusable",
                    where + ", key " + reference.key()
                            + ": the password is empty, or has a control character or a line break other than one at"
                            + " its end: correct it");
        }
        return null;
    }

    /**
     * Why a Secret cannot be used at all.
     *
     * @param ours whether it exists and carries the label of the operator's own, which are not watched as a user's
     */
    static Problem absent(AuthSpec.SecretKey reference, boolean ours) {
        String where = "Secret " + reference.name() + " (spec.auth.secretRef.name) ";
        return new Problem(
                "SecretNotFound",
                ours
                        ? where + "carries the label " + Names.LABEL_MANAGED_BY + "=" + Names.MANAGER
                                + " and so belongs to the operator: copy the password into a Secret without it"
                        : where + "does not exist: create it with the key " + reference.key());
    }

    /** A file often ends with a line break, and so does a Secret made from one; nothing else is cut off. */
    static @Nullable String withoutLineBreak(@Nullable String given) {
        return given == null ? null : given.replaceFirst("\\r?\\n\\z", "");
    }

    private @Nullable String lastKnown(Names names) {
        return decoded(caches.get(Secret.class, names.namespace(), names.binding()), PASSWORD);
    }

    private static Set<String> accepted(Observation now, String name) {
        // Of Redis and Sentinels alike: whoever was away while a password changed has the previous one.
        return Stream.concat(now.redisPods().stream(), now.sentinelPods().stream())
                .map(pod -> now.answer(pod).users().get(name))
                .filter(Objects::nonNull)
                .flatMap(user -> user.hashes().stream())
                .collect(Collectors.toSet());
    }

    private static @Nullable String decoded(@Nullable Secret secret, String key) {
        String value = secret == null || secret.getData() == null
                ? null
                : secret.getData().get(key);
        return value == null
                ? null
                : withoutLineBreak(new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8));
    }

    /** The Secret with generated passwords: from the cache, from the API server where the cache has not enough. */
    private final class Generated {
        private final Names names;
        private @Nullable Secret secret;
        private boolean live;

        Generated(Names names) {
            this.names = names;
            this.secret = caches.get(Secret.class, names.namespace(), names.auth());
        }

        String get(String key) {
            String value = decoded(secret, key);
            if (value == null && !live) {
                live = true;
                secret = client.secrets()
                        .inNamespace(names.namespace())
                        .withName(names.auth())
                        .get();
                value = decoded(secret, key);
            }
            return value == null || value.isEmpty() ? generate() : value;
        }

        private String generate() {
            byte[] bytes = new byte[RANDOM_BYTES];
            random.nextBytes(bytes);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        }
    }
}
