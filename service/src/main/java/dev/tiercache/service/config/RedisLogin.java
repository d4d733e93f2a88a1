package dev.tiercache.service.config;

import dev.tiercache.service.cache.l2.redis.RedisEndpoint;
import dev.tiercache.service.cache.l2.redis.RedisEndpoint.Credentials;
import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts together where Redis is and how to log in, from the URL and the variables beside it.
 *
 * <p>A login in the URL is for Redis, also where the URL names Sentinels: theirs has its own variables.
 */
public final class RedisLogin {

    private RedisLogin() {}

    /** The endpoint that the settings describe. Password files are read each time that a login is asked for. */
    public static RedisEndpoint endpoint(Settings settings) {
        RedisURI uri = RedisURI.create(settings.redisUrl());
        Credentials inUrl = inUrl(uri);
        String user = settings.redisUsername().isEmpty() ? inUrl.username() : settings.redisUsername();
        String password = settings.redisPassword().isEmpty() ? inUrl.password() : settings.redisPassword();
        Supplier<Credentials> login =
                () -> new Credentials(user, fromFile("REDIS_PASSWORD_FILE", settings.redisPasswordFile(), password));
        Supplier<Credentials> sentinelLogin = () -> new Credentials(
                settings.sentinelUsername(),
                fromFile("REDIS_SENTINEL_PASSWORD_FILE", settings.sentinelPasswordFile(), settings.sentinelPassword()));
        return new RedisEndpoint(uri, login, sentinelLogin, settings.redisTlsCaFile());
    }

    private static Credentials inUrl(RedisURI uri) {
        @Nullable
        RedisCredentials login =
                uri.getCredentialsProvider().resolveCredentials().block();
        if (login == null) {
            return new Credentials("", "");
        }
        return new Credentials(
                login.hasUsername() ? login.getUsername() : "",
                login.hasPassword() ? new String(login.getPassword()) : "");
    }

    private static String fromFile(String variable, @Nullable Path file, String otherwise) {
        if (file == null) {
            return otherwise;
        }
        try {
            // Editors and heredocs end files with one line break; all the rest is the password.
            return Files.readString(file).replaceFirst("\\r?\\n\\z", "");
        } catch (IOException e) {
            throw new UncheckedIOException(variable + " cannot be read", e);
        }
    }
}
