package dev.tiercache.service.cache.l2.redis;

import io.lettuce.core.RedisURI;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is and how to log in.
 *
 * @param uri {@code redis://}, {@code rediss://}, {@code redis-sentinel://}, or {@code rediss-sentinel://} for TLS with
 *     Redis and the Sentinels
 * @param credentials asked before every connection, so that a new password is used without a restart
 * @param sentinelCredentials the same for Sentinels, which know nothing of the users of Redis
 * @param caFile PEM file of the authority that signs the server's certificate; null: the platform's authorities
 */
public record RedisEndpoint(
        RedisURI uri,
        Supplier<Credentials> credentials,
        Supplier<Credentials> sentinelCredentials,
        @Nullable Path caFile) {

    /** With Sentinels, if any, that ask for no login. */
    public RedisEndpoint(RedisURI uri, Supplier<Credentials> credentials, @Nullable Path caFile) {
        this(uri, credentials, () -> Credentials.NONE, caFile);
    }

    /**
     * A login.
     *
     * @param username empty for the user {@code default}
     * @param password empty for none
     */
    public record Credentials(String username, String password) {

        /** No login at all. */
        public static final Credentials NONE = new Credentials("", "");

        /** Without the password: no secret in logs. */
        @Override
        public String toString() {
            return "Credentials[username=" + username + "]";
        }
    }

    /** Without the password. */
    @Override
    public String toString() {
        String where = uri.getSentinels().isEmpty()
                ? uri.getHost() + ":" + uri.getPort()
                : uri.getSentinelMasterId() + " of " + uri.getSentinels().size() + " Sentinels";
        return "RedisEndpoint[" + where + "]";
    }
}
