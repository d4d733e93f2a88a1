package dev.tiercache.operator.observe;

import dev.tiercache.operator.desired.AclFile;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A user of Redis, read from a line of an ACL file or of {@code ACL LIST}; both have the form
 * {@code user NAME RULE RULE …}.
 *
 * @param name name of the user
 * @param enabled whether it may log in
 * @param noPassword whether any password is accepted ({@code nopass})
 * @param hashes lower-case SHA-256 of every password that is accepted
 * @param rules what it may do, in the order in which Redis applies it; without what Redis adds by itself
 */
public record RedisUser(String name, boolean enabled, boolean noPassword, Set<String> hashes, List<String> rules) {
    /** Tokens that say what is true anyway; Redis lists them, a person does not write them. */
    private static final Set<String> IMPLIED =
            Set.of("sanitize-payload", "resetchannels", "resetkeys", "reset", "resetpass", "-@all", "nocommands");

    public RedisUser {
        hashes = Set.copyOf(hashes);
        rules = List.copyOf(rules);
    }

    /** The users of an ACL file. */
    public static List<RedisUser> of(AclFile file) {
        return file.render().lines().map(RedisUser::parse).toList();
    }

    /**
     * Parses one line.
     *
     * @throws IllegalArgumentException if it does not begin with {@code user NAME}
     */
    public static RedisUser parse(String line) {
        String[] tokens = line.strip().split("\\s+");
        if (tokens.length < 2 || !tokens[0].equals("user")) {
            throw new IllegalArgumentException("not a line of an ACL file: it must begin with 'user NAME'");
        }
        boolean enabled = false;
        boolean noPassword = false;
        var hashes = new LinkedHashSet<String>();
        var rules = new ArrayList<String>();
        for (String token : List.of(tokens).subList(2, tokens.length)) {
            switch (token) {
                case "on" -> enabled = true;
                case "off" -> enabled = false;
                case "nopass" -> noPassword = true;
                case "allkeys" -> rules.add("~*");
                case "allchannels" -> rules.add("&*");
                case "allcommands" -> rules.add("+@all");
                default -> {
                    if (token.startsWith("#")) {
                        hashes.add(token.substring(1));
                    } else if (!IMPLIED.contains(token)) {
                        rules.add(token);
                    }
                }
            }
        }
        return new RedisUser(tokens[1], enabled, noPassword, hashes, rules);
    }

    /** The same user with its rights spelled otherwise. */
    RedisUser withRules(List<String> spelled) {
        return new RedisUser(name, enabled, noPassword, hashes, spelled);
    }

    /** Never shows the hashes: short passwords can be guessed from them. */
    @Override
    public String toString() {
        return "RedisUser[" + name + (enabled ? " on" : " off") + ", passwords=" + hashes.size() + "]";
    }
}
