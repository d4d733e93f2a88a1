package dev.tiercache.e2e.ledger.redis;

import io.lettuce.core.RedisURI;
import java.net.URI;
import java.util.List;

/**
 * Where Redis is: one server, or Sentinels that know the present master.
 *
 * @param addresses of the Sentinels, each by itself; or of the one server
 * @param masterName what the Sentinels call the master; empty for one server
 * @param database 0 to 15 unless the server has more
 * @param login at Redis
 * @param sentinelLogin at the Sentinels
 */
public record RedisTarget(List<Address> addresses, String masterName, int database, Login login, Login sentinelLogin) {

    /** What {@link #parse} takes. */
    public static final String EXPECTED =
            "redis://host:port or redis-sentinel://host:port,host:port/0#mastername, without a login";

    public RedisTarget {
        addresses = List.copyOf(addresses);
    }

    /**
     * Reads a URL of Redis or of Sentinels.
     *
     * @throws IllegalArgumentException saying what is wrong with it, without its text, which may hold a password
     */
    public static RedisTarget parse(String url, Login login, Login sentinelLogin) {
        if (!url.startsWith("redis://") && !url.startsWith("redis-sentinel://")) {
            throw new IllegalArgumentException("it starts otherwise");
        }
        if (url.contains("@")) {
            throw new IllegalArgumentException("it has a login, which all who list processes would see");
        }
        RedisURI uri = RedisURI.create(URI.create(url));
        if (uri.getSentinels().isEmpty()) {
            return new RedisTarget(
                    List.of(new Address(uri.getHost(), uri.getPort())), "", uri.getDatabase(), login, sentinelLogin);
        }
        if (uri.getSentinelMasterId() == null || uri.getSentinelMasterId().isEmpty()) {
            throw new IllegalArgumentException("it does not name the master");
        }
        return new RedisTarget(
                uri.getSentinels().stream()
                        .map(sentinel -> new Address(sentinel.getHost(), sentinel.getPort()))
                        .toList(),
                uri.getSentinelMasterId(),
                uri.getDatabase(),
                login,
                sentinelLogin);
    }

    /** Whether Sentinels are to be asked. */
    boolean hasSentinels() {
        return !masterName.isEmpty();
    }

    @Override
    public String toString() {
        return hasSentinels()
                ? "master " + masterName + " of Sentinels " + addresses
                : addresses.getFirst().toString();
    }
}
