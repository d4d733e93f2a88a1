package dev.tiercache.operator.desired;

import dev.tiercache.operator.crd.AuthSpec;
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

    public static final String FILE = "users.acl";
    /** Who clients are. */
    public static final String CLIENT = "default";
    /** Who the operator is. */
    public static final String OPERATOR = "operator";
    /** Who probes and metrics are. */
    public static final String EXPORTER = "exporter";

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

    static AclFile of(AuthSpec auth, Credentials credentials) {
        List<String> clientHashes = auth.mode() == AuthSpec.AuthMode.DISABLED
                ? List.of()
                : hashes(credentials.client(), credentials.retiring());
        return new AclFile(List.of(
                new AclUser(CLIENT, clientHashes, CLIENT_PERMISSIONS),
                new AclUser(
                        EXPORTER, hashes(credentials.exporter(), credentials.retiringExporter()), EXPORTER_PERMISSIONS),
                new AclUser(OPERATOR, List.of(Hashes.sha256(credentials.operator())), OPERATOR_PERMISSIONS)));
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
