package dev.tiercache.operator.desired;

import dev.tiercache.operator.crd.AuthSpec;
import dev.tiercache.operator.crd.CacheDeploymentSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Who may do what in Redis. Passwords are in it as SHA-256 only, and the file lies in a Secret all the same: a hash
 * invites guessing.
 *
 * <p>Only commands of Redis 7.0 may be named: a server that does not know a name refuses the whole file.
 */
public record AclFile(List<AclUser> users) {

    public AclFile {
        users = List.copyOf(users);
    }

    public static final String FILE = "users.acl";
    /** The same for the Sentinels, which have users of their own. */
    public static final String SENTINEL_FILE = "sentinel.acl";
    /** Who clients are. */
    public static final String CLIENT = "default";
    /** Who the operator is. */
    public static final String OPERATOR = "operator";
    /** Who probes and metrics are. */
    public static final String EXPORTER = "exporter";
    /** Who replicas are. */
    public static final String REPLICATION = "replication";
    /** Who Sentinels and the scripts in the pods are. */
    public static final String SENTINEL = "sentinel";

    /**
     * All keys and commands but those that take a server down, change it, or attach it elsewhere. Of the commands that
     * Redis calls dangerous, clients keep those that look (INFO, KEYS, MONITOR, CONFIG GET, SLOWLOG …) and those that
     * empty the cache (FLUSHALL, FLUSHDB): that is what runbooks for a cache are made of.
     */
    private static final List<String> CLIENT_PERMISSIONS = List.of(
            "~*",
            "&*",
            "+@all",
            "-@admin",
            "-@dangerous",
            "+client|list",
            "+config|get",
            "+flushall",
            "+flushdb",
            "+info",
            "+keys",
            "+latency",
            "+monitor",
            "+role",
            "+slowlog",
            "+sort",
            "+sort_ro");

    /** Every command and channel, and no key: the operator has no business in the data. */
    private static final List<String> OPERATOR_PERMISSIONS = List.of("&*", "+@all");

    private static final List<String> EXPORTER_PERMISSIONS = List.of(
            "+ping",
            "+info",
            "+config|get",
            "+client|list",
            "+client|setname",
            "+dbsize",
            "+latency|histogram",
            "+latency|history",
            "+latency|latest",
            "+memory|stats",
            "+role",
            "+select",
            "+slowlog|get",
            "+slowlog|len");

    private static final List<String> REPLICATION_PERMISSIONS = List.of("+ping", "+psync", "+replconf");

    /** What Sentinel needs of a Redis, and the pause of writes that a pod asks for before it is stopped as master. */
    private static final List<String> SENTINEL_PERMISSIONS = List.of(
            "&*",
            "+client|kill",
            "+client|pause",
            "+client|setname",
            "+client|unpause",
            "+config|rewrite",
            "+exec",
            "+info",
            "+multi",
            "+ping",
            "+publish",
            "+replicaof",
            "+role",
            "+script|kill",
            "+slaveof",
            "+subscribe");

    /** What a client asks a Sentinel: where the master is, and to be told when that changes. */
    private static final List<String> ASKING_PERMISSIONS = List.of(
            "&*",
            "+@connection",
            "+@pubsub",
            "-@admin",
            "-@dangerous",
            "-publish",
            "+info",
            "+role",
            "+sentinel|ckquorum",
            "+sentinel|get-master-addr-by-name",
            "+sentinel|master",
            "+sentinel|masters",
            "+sentinel|myid",
            "+sentinel|replicas",
            "+sentinel|sentinels",
            "+sentinel|slaves");

    /** What Sentinels ask one another, and what a pod asks for before it is stopped as master: a look, and a failover. */
    private static final List<String> PEER_PERMISSIONS = Stream.concat(
                    ASKING_PERMISSIONS.stream().filter(rule -> !rule.equals("-publish")),
                    Stream.of("+command", "+sentinel|debug", "+sentinel|failover", "+sentinel|is-master-down-by-addr"))
            .toList();

    /** The users of Redis. */
    static AclFile of(CacheDeploymentSpec spec, Credentials credentials) {
        List<AclUser> users = new ArrayList<>();
        users.add(new AclUser(CLIENT, clientHashes(spec.auth(), credentials), CLIENT_PERMISSIONS));
        users.add(new AclUser(
                EXPORTER, hashes(credentials.exporter(), credentials.retiringExporter()), EXPORTER_PERMISSIONS));
        users.add(new AclUser(OPERATOR, List.of(Hashes.sha256(credentials.operator())), OPERATOR_PERMISSIONS));
        if (spec.isSentinel()) {
            users.add(new AclUser(
                    REPLICATION, List.of(Hashes.sha256(credentials.replication())), REPLICATION_PERMISSIONS));
            users.add(new AclUser(SENTINEL, List.of(Hashes.sha256(credentials.sentinel())), SENTINEL_PERMISSIONS));
        }
        return new AclFile(users);
    }

    /** The users of the Sentinels; clients give the password that they give to Redis. */
    static AclFile ofSentinels(AuthSpec auth, Credentials credentials) {
        return new AclFile(List.of(
                new AclUser(CLIENT, clientHashes(auth, credentials), ASKING_PERMISSIONS),
                new AclUser(
                        EXPORTER,
                        hashes(credentials.exporter(), credentials.retiringExporter()),
                        List.of("+info", "+ping")),
                new AclUser(OPERATOR, List.of(Hashes.sha256(credentials.operator())), OPERATOR_PERMISSIONS),
                new AclUser(SENTINEL, List.of(Hashes.sha256(credentials.sentinel())), PEER_PERMISSIONS)));
    }

    private static List<String> clientHashes(AuthSpec auth, Credentials credentials) {
        return auth.mode() == AuthSpec.AuthMode.DISABLED
                ? List.of()
                : hashes(credentials.client(), credentials.retiring());
    }

    private static List<String> hashes(String present, List<String> retiring) {
        return Stream.concat(Stream.of(Hashes.sha256(present)), retiring.stream())
                .distinct()
                .toList();
    }

    /** The file, one line for each user. */
    public String render() {
        return users.stream().map(AclUser::line).collect(Collectors.joining());
    }
}
