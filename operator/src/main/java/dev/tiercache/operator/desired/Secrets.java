package dev.tiercache.operator.desired;

import dev.tiercache.operator.crd.AuthSpec;
import dev.tiercache.operator.crd.CacheDeploymentSpec;
import dev.tiercache.operator.crd.CacheDeploymentSpec.DeletionPolicy;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The Secrets: the only objects that know a password. */
final class Secrets {
    private static final String USERNAME = AclFile.CLIENT;
    /** Key of the client's password, in {@code <n>-auth} and in {@code <n>-binding}. */
    static final String PASSWORD = "password";

    private Secrets() {}

    /** Generated passwords; the client's is among them unless a Secret of the user holds it. */
    static Secret auth(Names names, CacheDeploymentSpec spec, Credentials credentials) {
        Map<String, String> data = new TreeMap<>();
        data.put(AclFile.OPERATOR, credentials.operator());
        data.put(AclFile.EXPORTER, credentials.exporter());
        if (spec.isSentinel()) {
            data.put(AclFile.REPLICATION, credentials.replication());
            data.put(AclFile.SENTINEL, credentials.sentinel());
        }
        if (hasPassword(spec.auth()) && spec.auth().secretRef() == null) {
            data.put(PASSWORD, credentials.client());
        }
        // Without an owner it stays when the resource goes, and the data on the volume stay readable.
        ObjectMeta metadata = spec.deletionPolicy() == DeletionPolicy.RETAIN
                ? names.kept(names.auth(), Names.COMPONENT_REDIS).build()
                : names.owned(names.auth(), Names.COMPONENT_REDIS).build();
        return secret(metadata, "Opaque", data);
    }

    /** The users of Redis and of the Sentinels, as the files that they load. */
    static Secret acl(Names names, AclFile redis, @Nullable AclFile sentinels) {
        Map<String, String> files = new TreeMap<>();
        files.put(AclFile.FILE, redis.render());
        if (sentinels != null) {
            files.put(AclFile.SENTINEL_FILE, sentinels.render());
        }
        return secret(names.owned(names.redisAcl(), Names.COMPONENT_REDIS).build(), "Opaque", files);
    }

    /**
     * What a client needs, in the shape of the Service Binding specification. The API reads its password here too,
     * wherever it comes from: pods stay when a resource moves from a generated password to one of the user's.
     */
    static Secret binding(Names names, CacheDeploymentSpec spec, Credentials credentials) {
        AuthSpec auth = spec.auth();
        Map<String, String> data = new TreeMap<>();
        data.put("type", "redis");
        data.put("provider", Names.APPLICATION);
        data.put("host", names.redisHost());
        data.put("port", Integer.toString(Names.REDIS_PORT));
        if (hasPassword(auth)) {
            data.put("username", USERNAME);
            data.put(PASSWORD, credentials.client());
            data.put(
                    "uri",
                    "redis://" + USERNAME + ":" + percentEncode(credentials.client()) + "@" + names.redisEndpoint());
        } else {
            data.put("uri", "redis://" + names.redisEndpoint());
        }
        if (spec.isSentinel()) {
            data.put("sentinel-host", names.sentinelHost());
            data.put("sentinel-port", Integer.toString(Names.SENTINEL_PORT));
            data.put("sentinel-master-name", names.masterName());
        }
        return secret(names.owned(names.binding(), Names.COMPONENT_REDIS).build(), "servicebinding.io/redis", data);
    }

    static boolean hasPassword(AuthSpec auth) {
        return auth.mode() == AuthSpec.AuthMode.PASSWORD;
    }

    /** For the user information of a URI; a form encoder writes a space as '+', which a URI does not know. */
    private static String percentEncode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A");
    }

    // data, never stringData: the server drops stringData, and what was applied would never match.
    private static Secret secret(ObjectMeta metadata, String type, Map<String, String> text) {
        Map<String, String> data = new TreeMap<>();
        text.forEach((key, value) ->
                data.put(key, Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
        return new SecretBuilder()
                .withMetadata(metadata)
                .withType(type)
                .withData(data)
                .build();
    }
}
