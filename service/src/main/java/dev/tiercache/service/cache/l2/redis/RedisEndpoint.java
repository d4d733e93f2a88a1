package dev.tiercache.service.cache.l2.redis;

import io.lettuce.core.RedisURI;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is and how to log in.
 *
 * @param uri {@code redis://}, {@code rediss://} or {@code redis-sentinel://}
 * @param credentials asked before every connection, so that a new password is used without a restart
 * @param caFile PEM file of the authority that signs the server's certificate; null: the platform's authorities
 */
public record RedisEndpoint(
        RedisURI uri,
        Supplier<Credentials> credentials,
        @Nullable Path caFile) {

    /**
     * A login.
     *
     * @param username empty for the user {@code default}
     * @param password empty for none
     */
    public record Credentials(String username, String password) {

        /** Without the password: no secret in logs. */
        @Override
        public String toString() {
            return "Credentials[username=" + username + "]";
        }
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "RedisEndpoint[" + uri.getHost() + ":" + uri.getPort() + "]";
    }
}
