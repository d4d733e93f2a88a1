package dev.tiercache.operator.observe;

import java.util.Map;

/**
 * What one Redis said when it was asked; without values that change while nothing happens (offsets, uptimes, memory in
 * use), so that an equal answer means that there is nothing to do.
 */
public sealed interface RedisAnswer {

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
     */
    record Answering(
            String role,
            boolean loading,
            boolean rewriting,
            String version,
            String persistenceFailure,
            Map<String, String> config,
            Map<String, RedisUser> users)
            implements RedisAnswer {
        public Answering {
            config = Map.copyOf(config);
            users = Map.copyOf(users);
        }

        /** Whether it takes writes now. */
        public boolean serving() {
            return !loading && role.equals("master");
        }

        Answering withUsers(Map<String, RedisUser> others) {
            return new Answering(role, loading, rewriting, version, persistenceFailure, config, others);
        }

        /** Without the configuration, which is long. */
        @Override
        public String toString() {
            return "Answering[" + role + (loading ? " loading" : "") + " " + version + "]";
        }
    }
}
