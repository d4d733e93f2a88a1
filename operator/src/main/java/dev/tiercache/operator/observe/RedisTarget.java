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
 */
public record RedisTarget(String podUid, String podName, String host, int port, String username, String password) {
    /** Without the password. */
    @Override
    public String toString() {
        return podName + " " + host + ":" + port;
    }
}
