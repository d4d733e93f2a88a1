package dev.tiercache.operator.crd;

/** Which keys {@code redis.config} refuses; the rules of the schema are made of these constants. */
public final class ConfigKeys {
    private ConfigKeys() {}

    /**
     * Keys that the operator owns because pods, probes and clients depend on them (addresses, files, users), or that
     * open Redis to more than a cache needs (modules, renamed commands, debug commands). Redis takes keys in any
     * case, so this matches in any case.
     */
    public static final String FORBIDDEN = "(?i)^(bind|bind-source-addr|port|tls-.*|dir|dbfilename|appendfilename"
            + "|requirepass|masterauth|masteruser|aclfile|user|replicaof|slaveof|replica-announce.*|slave-announce.*"
            + "|protected-mode|daemonize|supervised|pidfile|include|loadmodule|rename-command|unixsocket.*|logfile"
            + "|syslog-.*|cluster-.*|sentinel.*|enable-.*)$";

    /** Keys that have a field of their own in the spec: one place says what holds. */
    public static final String WITH_OWN_FIELD = "(?i)^(maxmemory|maxmemory-policy|appendonly|appendfsync|save"
            + "|min-replicas-.*|min-slaves-.*|replica-priority|slave-priority)$";

    /** The form of every key: lower case, so that one key cannot be given twice. */
    public static final String FORM = "^[a-z][a-z0-9-]{0,63}$";

    /** The form of every value: no control character (a line break would start another directive), no quotes, no escapes. */
    public static final String VALUE = "^[^\\x00-\\x1f\\x22\\x27\\x5c\\x7f]*$";
}
