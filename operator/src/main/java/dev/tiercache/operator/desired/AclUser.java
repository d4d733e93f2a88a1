package dev.tiercache.operator.desired;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One user of Redis.
 *
 * @param name of the user
 * @param passwordHashes SHA-256 of each password that is accepted, 64 lower-case hexadecimal digits; none: no password
 *     is asked for
 * @param permissions keys, channels and commands, as ACL SETUSER takes them
 */
public record AclUser(String name, List<String> passwordHashes, List<String> permissions) {

    /** Arguments of ACL SETUSER after the name, and of a line of the ACL file; they leave nothing of an earlier state. */
    public List<String> rules() {
        Stream<String> passwords = passwordHashes.isEmpty()
                ? Stream.of("nopass")
                : passwordHashes.stream().map(hash -> "#" + hash);
        return Stream.of(Stream.of("on"), passwords, permissions.stream())
                .flatMap(part -> part)
                .toList();
    }

    String line() {
        return rules().stream().collect(Collectors.joining(" ", "user " + name + " ", "\n"));
    }
}
