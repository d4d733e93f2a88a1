package dev.tiercache.operator.status;

import dev.tiercache.operator.act.Outcome;
import dev.tiercache.operator.crd.CacheDeploymentStatus.FailoverStatus;
import dev.tiercache.operator.plan.Action;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which events a reconciliation is worth: one for each transition that a person cares about. The catalogue is
 * docs/events.md.
 */
public final class Transitions {
    private Transitions() {}

    /**
     * One event to be.
     *
     * @param reason why
     * @param action what the operator did or noticed, a word in upper camel case
     * @param note one line that names the pod and the cause
     */
    public record Note(EventReason reason, String action, String note) {}

    /** What happened between two lists of conditions, and by the action in between. */
    public static List<Note> between(
            List<Condition> before, List<Condition> after, Action action, Situation situation) {
        var notes = new ArrayList<Note>();
        acted(action, situation, notes);
        onOff(before, after, "RedisReady", EventReason.REDIS_READY, EventReason.REDIS_NOT_READY, notes);
        onOff(before, after, "ApiReady", EventReason.API_READY, EventReason.API_NOT_READY, notes);
        onOff(before, after, "Ready", EventReason.READY, EventReason.NOT_READY, notes);
        entered(before, after, "Ready", "NameConflict", EventReason.NAME_CONFLICT, notes);
        entered(before, after, "Ready", "ObjectRefused", EventReason.OBJECT_REFUSED, notes);
        entered(before, after, "ConfigApplied", "Rejected", EventReason.CONFIG_REJECTED, notes);
        entered(before, after, "ConfigApplied", "VolumeNotResized", EventReason.VOLUME_NOT_RESIZED, notes);
        entered(before, after, "CredentialsInSync", "SecretNotFound", EventReason.SECRET_NOT_FOUND, notes);
        entered(before, after, "CredentialsInSync", "SecretKeyNotFound", EventReason.SECRET_KEY_NOT_FOUND, notes);
        entered(before, after, "CredentialsInSync", "PasswordUnusable", EventReason.PASSWORD_UNUSABLE, notes);
        entered(before, after, "CredentialsInSync", "OperatorRefused", EventReason.OPERATOR_REFUSED, notes);
        entered(before, after, "SentinelQuorate", "NoQuorum", EventReason.NO_QUORUM, notes);
        entered(before, after, "Degraded", "PersistenceFailing", EventReason.PERSISTENCE_FAILING, notes);
        var warning = ConditionList.find(after, "ConfigurationWarning");
        if (warning != null && is(warning, "True")) {
            entered(
                    before,
                    after,
                    "ConfigurationWarning",
                    warning.getReason(),
                    EventReason.CONFIGURATION_WARNING,
                    notes);
        }
        paused(before, after, notes);
        return List.copyOf(notes);
    }

    /** What a reconciliation that fails again and again is worth: one event. */
    public static List<Note> failed(List<Condition> before, List<Condition> after) {
        var notes = new ArrayList<Note>();
        entered(before, after, "Ready", "ReconcileFailed", EventReason.RECONCILE_FAILED, notes);
        return List.copyOf(notes);
    }

    /** Another pod became master. */
    public static List<Note> ofMaster(@Nullable FailoverStatus before, @Nullable FailoverStatus after) {
        if (after == null || after.equals(before)) {
            return List.of();
        }
        boolean planned = StatusAssembler.PLANNED.equals(after.reason());
        return List.of(new Note(
                planned ? EventReason.MASTER_SWITCHED : EventReason.FAILOVER_DETECTED,
                planned ? "SwitchMaster" : "Observe",
                after.to() + " is master in place of " + after.from()
                        + (planned ? ": a planned switch" : ": the Sentinels found " + after.from() + " down")));
    }

    private static void acted(Action action, Situation situation, List<Note> notes) {
        if (action instanceof Action.SwitchMaster change) {
            switched(change, situation.outcome(), notes);
            return;
        }
        if (!(situation.outcome() instanceof Outcome.Done done)) {
            return;
        }
        var plan = situation.plan();
        if (action instanceof Action.SetConfig
                && plan != null
                && !plan.differences().config().isEmpty()) {
            // A step of many, or not all of it: the last one tells.
            return;
        }
        switch (action) {
            case Action.SetConfig _ -> notes.add(new Note(EventReason.CONFIG_CHANGED, "SetConfig", done.note()));
            case Action.SetUsers _ -> notes.add(new Note(EventReason.CREDENTIALS_CHANGED, "SetUsers", done.note()));
            case Action.ResizePod _ -> notes.add(new Note(EventReason.POD_RESIZED, "ResizePod", done.note()));
            case Action.RestartPod _ -> notes.add(new Note(EventReason.REDIS_RESTARTED, "RestartPod", done.note()));
            case Action.Promote _ -> notes.add(new Note(EventReason.MASTER_ELECTED, "Promote", done.note()));
            case Action.Follow _ -> notes.add(new Note(EventReason.REPLICATION_REPAIRED, "Follow", done.note()));
            case Action.AnswerSwitchover _ ->
                notes.add(new Note(EventReason.SWITCHOVER_ANSWERED, "AnswerSwitchover", done.note()));
            case Action.None _,
                    Action.LabelRole _,
                    Action.RefreshFiles _,
                    Action.Monitor _,
                    Action.TuneSentinels _,
                    Action.ForgetPods _,
                    Action.RetryFailover _,
                    Action.SwitchMaster _ -> {}
        }
    }

    /** Who asked is answered; that another pod is master is told by {@link #ofMaster}. */
    private static void switched(Action.SwitchMaster change, Outcome outcome, List<Note> notes) {
        switch (outcome) {
            case Outcome.Done done
            when change.isAsked() -> notes.add(new Note(EventReason.SWITCHOVER_ANSWERED, "SwitchMaster", done.note()));
            case Outcome.Failed failed ->
                notes.add(new Note(EventReason.SWITCH_FAILED, "SwitchMaster", failed.reason()));
            case Outcome.Stale stale
            when change.isAsked() -> notes.add(new Note(EventReason.SWITCH_FAILED, "SwitchMaster", stale.reason()));
            default -> {}
        }
    }

    /** A condition became true, or stopped being true; that it is not true yet at the beginning is no news. */
    private static void onOff(
            List<Condition> before,
            List<Condition> after,
            String type,
            EventReason on,
            EventReason off,
            List<Note> notes) {
        var was = ConditionList.find(before, type);
        var is = ConditionList.find(after, type);
        if (is == null) {
            return;
        }
        if (is(is, "True") && !is(was, "True")) {
            notes.add(new Note(on, "Observe", is.getMessage()));
        } else if (is(is, "False") && is(was, "True")) {
            notes.add(new Note(off, "Observe", is.getMessage()));
        }
    }

    private static void entered(
            List<Condition> before,
            List<Condition> after,
            String type,
            String reason,
            EventReason event,
            List<Note> notes) {
        var was = ConditionList.find(before, type);
        var is = ConditionList.find(after, type);
        if (is != null
                && is.getReason().equals(reason)
                && (was == null || !was.getReason().equals(reason))) {
            notes.add(new Note(event, "Observe", is.getMessage()));
        }
    }

    private static void paused(List<Condition> before, List<Condition> after, List<Note> notes) {
        var was = ConditionList.find(before, "Paused");
        var is = ConditionList.find(after, "Paused");
        if (is(is, "True") && !is(was, "True")) {
            notes.add(
                    new Note(EventReason.SUSPENDED, "Suspend", "spec.suspend is true: nothing is changed from now on"));
        } else if (is(is, "False") && is(was, "True")) {
            notes.add(new Note(EventReason.RESUMED, "Resume", "spec.suspend is false: changes are carried out again"));
        }
    }

    private static boolean is(@Nullable Condition condition, String status) {
        return condition != null && condition.getStatus().equals(status);
    }
}
