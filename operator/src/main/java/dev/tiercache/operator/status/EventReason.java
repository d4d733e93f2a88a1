package dev.tiercache.operator.status;

/** Why an event is written; names are stable, for alerts and scripts rely on them. The catalogue is docs/events.md. */
public enum EventReason {
    READY("Ready", false),
    NOT_READY("NotReady", true),
    REDIS_READY("RedisReady", false),
    REDIS_NOT_READY("RedisNotReady", true),
    API_READY("ApiReady", false),
    API_NOT_READY("ApiNotReady", true),
    CONFIG_CHANGED("ConfigChanged", false),
    CONFIG_REJECTED("ConfigRejected", true),
    CREDENTIALS_CHANGED("CredentialsChanged", false),
    POD_RESIZED("PodResized", false),
    REDIS_RESTARTED("RedisRestarted", false),
    MASTER_ELECTED("MasterElected", false),
    MASTER_SWITCHED("MasterSwitched", false),
    FAILOVER_DETECTED("FailoverDetected", true),
    SWITCH_FAILED("SwitchFailed", true),
    SWITCHOVER_ANSWERED("SwitchoverAnswered", false),
    REPLICATION_REPAIRED("ReplicationRepaired", false),
    NO_QUORUM("NoQuorum", true),
    SECRET_NOT_FOUND("SecretNotFound", true),
    SECRET_KEY_NOT_FOUND("SecretKeyNotFound", true),
    PASSWORD_UNUSABLE("PasswordUnusable", true),
    OPERATOR_REFUSED("OperatorRefused", true),
    NAME_CONFLICT("NameConflict", true),
    OBJECT_REFUSED("ObjectRefused", true),
    VOLUME_NOT_RESIZED("VolumeNotResized", true),
    PERSISTENCE_FAILING("PersistenceFailing", true),
    CONFIGURATION_WARNING("ConfigurationWarning", true),
    SUSPENDED("Suspended", false),
    RESUMED("Resumed", false),
    RECONCILE_FAILED("ReconcileFailed", true);

    private final String text;
    private final boolean warning;

    EventReason(String text, boolean warning) {
        this.text = text;
        this.warning = warning;
    }

    /** Whether somebody should look at it. */
    public boolean isWarning() {
        return warning;
    }

    /** The reason as Kubernetes shows it. */
    @Override
    public String toString() {
        return text;
    }
}
