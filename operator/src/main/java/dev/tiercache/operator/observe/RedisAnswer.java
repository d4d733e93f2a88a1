package dev.tiercache.operator.observe;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one Redis said when it was asked; without values that change while nothing happens (offsets, uptimes, memory in
 * use), so that an equal answer means that there is nothing to do.
 */
public sealed interface RedisAnswer {

    /** The users that it listed, by name; empty where it did not. */
    default Map<String, RedisUser> users() {
        return Map.of();
    }

    /** Nobody has asked yet: neither good nor bad. */
    record NotAsked() implements RedisAnswer {}

    /**
     * No answer within the deadline, or no connection.
     *
     * @param reason one line without secrets
     */
    record Unreachable(String reason) implements RedisAnswer {}

    /**
     * It answers, but does not accept the operator's user.
     *
     * @param reason what Redis said, one line
     */
    record Refused(String reason) implements RedisAnswer {}

    /**
     * It answered everything.
     *
     * @param role {@code master} or {@code slave}, as {@code INFO replication} says
     * @param loading whether it still reads its data from disk
     * @param version for example {@code 8.0.2}
     * @param rewriting whether it writes its append-only file anew, or is about to: until then the file may lack data
     * @param persistenceFailure why the last write to disk failed, or an empty text
     * @param config every parameter of {@code CONFIG GET *}
     * @param users users by name
     * @param replication whom it follows and who follows it
     */
    record Answering(
            String role,
            boolean loading,
            boolean rewriting,
            String version,
            String persistenceFailure,
            Map<String, String> config,
            Map<String, RedisUser> users,
            Replication replication)
            implements RedisAnswer {
        public Answering {
            config = Map.copyOf(config);
            users = Map.copyOf(users);
        }

        /** A Redis on its own. */
        public Answering(
                String role,
                boolean loading,
                boolean rewriting,
                String version,
                String persistenceFailure,
                Map<String, String> config,
                Map<String, RedisUser> users) {
            this(role, loading, rewriting, version, persistenceFailure, config, users, Replication.NONE);
        }

        public boolean isMaster() {
            return role.equals("master");
        }

        /** Whether it takes writes now. */
        public boolean serving() {
            return !loading && isMaster();
        }

        /** Whether it is a replica that has what its master has. */
        public boolean following() {
            return !loading && !isMaster() && replication.linkUp();
        }

        Answering withUsers(Map<String, RedisUser> others) {
            return new Answering(role, loading, rewriting, version, persistenceFailure, config, others, replication);
        }

        /** Without the configuration, which is long. */
        @Override
        public String toString() {
            return "Answering[" + role + (loading ? " loading" : "") + " " + version + "]";
        }
    }

    /** How often a Sentinel asks each Redis, if nobody has it ask more often. */
    Duration USUAL_LOOKS = Duration.ofSeconds(10);

    /**
     * A Sentinel that answered everything.
     *
     * @param master address of the master that it names to clients, or null if it knows of none
     * @param failover whether it carries out a failover, or has just begun to stand for election to it
     * @param down whether it, or enough of them, see the master down
     * @param stalled whether enough of them have seen the master down for longer than it takes to begin a failover, and
     *     it carries none out: it does not try, or still waits for the votes of others
     * @param replicas addresses of the replicas that it knows, dead ones too
     * @param sentinels other Sentinels that it knows, dead ones too
     * @param settings quorum, down-after-milliseconds, failover-timeout and parallel-syncs as they hold
     * @param hurried whether it asks the Redis pods more often than usual: somebody had it do so and was ended before it
     *     was told to stop
     * @param quorate whether it reaches enough others for a failover now
     * @param tilt whether it mistrusts its own clock and does nothing
     * @param users users by name
     */
    record Watching(
            @Nullable String master,
            boolean failover,
            boolean down,
            boolean stalled,
            Set<String> replicas,
            int sentinels,
            Map<String, String> settings,
            boolean hurried,
            boolean quorate,
            boolean tilt,
            Map<String, RedisUser> users)
            implements RedisAnswer {
        public Watching {
            replicas = Set.copyOf(replicas);
            settings = Map.copyOf(settings);
            users = Map.copyOf(users);
        }

        Watching withUsers(Map<String, RedisUser> others) {
            return new Watching(
                    master, failover, down, stalled, replicas, sentinels, settings, hurried, quorate, tilt, others);
        }

        @Override
        public String toString() {
            return "Watching[" + master + (failover ? " failover" : "") + (down ? " down" : "") + "]";
        }
    }

    /**
     * Whom a Redis follows, and who follows it.
     *
     * @param masterHost address of its master; empty for a master
     * @param linkUp whether it has its master's data and gets every write
     * @param severed whether it did since it started, and lost its master
     * @param connected replicas that are connected to it
     * @param hasData whether it holds any key
     */
    record Replication(String masterHost, boolean linkUp, boolean severed, int connected, boolean hasData) {
        public static final Replication NONE = new Replication("", false, false, 0, false);

        /** Where a Redis is sent that shall wait for the operator: nobody is there (redis.sh). */
        public static final String NOBODY = "127.0.0.1";

        /** Where a Redis is sent that makes itself master again as soon as the Sentinels see it: nobody is there either. */
        public static final String ITSELF = "127.0.0.2";

        /** Whether it has no master, and waits to be given one or to become one. */
        public boolean isOrphan() {
            return masterHost.equals(NOBODY) || returns();
        }

        /** Whether it is the master that the Sentinels name, and about to go on as such by itself. */
        public boolean returns() {
            return masterHost.equals(ITSELF);
        }
    }
}
