package dev.tiercache.operator.observe;

/**
 * Where and as whom to ask one Redis.
 *
 * @param podUid identity of the pod: a successor under the same name is another target
 * @param podName name of the pod, for messages
 * @param host IP address of the pod
 * @param port TCP port of Redis
 * @param username ACL user of the operator
 * @param password its password
 * @param masterName name of the master that a Sentinel is asked for; empty for a Redis
 */
public record RedisTarget(
        String podUid, String podName, String host, int port, String username, String password, String masterName) {

    /** A Redis. */
    public RedisTarget(String podUid, String podName, String host, int port, String username, String password) {
        this(podUid, podName, host, port, username, password, "");
    }

    public boolean isSentinel() {
        return !masterName.isEmpty();
    }

    /** Without the password. */
    @Override
    public String toString() {
        return podName + " " + host + ":" + port;
    }
}
