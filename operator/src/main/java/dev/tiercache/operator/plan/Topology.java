package dev.tiercache.operator.plan;

import dev.tiercache.operator.crd.CacheDeployment;
import dev.tiercache.operator.crd.CacheDeploymentSpec;
import dev.tiercache.operator.crd.SentinelSpec;
import dev.tiercache.operator.crd.UpdateSpec;
import dev.tiercache.operator.desired.Desired;
import dev.tiercache.operator.observe.RedisUser;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted of a master with its replicas and the Sentinels that watch them.
 *
 * @param masterName under which the Sentinels know the master
 * @param redisReplicas Redis pods that there shall be, the master among them
 * @param sentinelReplicas Sentinel pods that there shall be
 * @param settings quorum, down-after-milliseconds, failover-timeout and parallel-syncs of each Sentinel
 * @param sentinelUsers users of each Sentinel
 * @param password of the user as whom Sentinels ask Redis
 * @param sentinelRestartHash names what a Sentinel pod must have been made from
 * @param durable whether a pod that does not run may hold data
 * @param automatic whether a master that must be restarted is switched without being asked
 */
public record Topology(
        String masterName,
        int redisReplicas,
        int sentinelReplicas,
        Map<String, String> settings,
        List<RedisUser> sentinelUsers,
        Password password,
        String sentinelRestartHash,
        boolean durable,
        boolean automatic) {

    private static final int MILLIS = 1_000;

    /** What a resource asks for, or null if that is one Redis alone. */
    public static @Nullable Topology of(CacheDeployment cache, Desired desired) {
        Desired.SentinelSet set = desired.sentinel();
        if (set == null) {
            return null;
        }
        CacheDeploymentSpec spec = cache.getSpec();
        SentinelSpec sentinel = spec.effectiveSentinel();
        return new Topology(
                desired.names().masterName(),
                spec.redisReplicas(),
                sentinel.replicas(),
                Map.of(
                        "quorum", Integer.toString(sentinel.effectiveQuorum()),
                        "down-after-milliseconds", Integer.toString(sentinel.downAfterMillis()),
                        "failover-timeout", Integer.toString(sentinel.failoverTimeoutSeconds() * MILLIS),
                        "parallel-syncs", Integer.toString(sentinel.parallelSyncs())),
                RedisUser.of(set.acl()),
                new Password(set.password()),
                set.restartHash(),
                spec.redis().persistence().isDurable(),
                spec.effectiveUpdate().masterSwitch() == UpdateSpec.MasterSwitch.AUTOMATIC);
    }

    public Topology {
        settings = Map.copyOf(settings);
        sentinelUsers = List.copyOf(sentinelUsers);
    }

    /** A password that never reaches a log. */
    public record Password(String text) {
        @Override
        public String toString() {
            return "Password";
        }
    }
}
