package dev.tiercache.operator.status;

import dev.tiercache.operator.act.Outcome;
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
     * @param warning whether somebody should look at it
     * @param reason a word in upper camel case, stable
     * @param action what the operator did or noticed, a word in upper camel case
     * @param note one line that names the pod and the cause
     */
    public record Note(boolean warning, String reason, String action, String note) {}

    /** What happened between two lists of conditions, and by the action in between. */
    public static List<Note> between(
            List<Condition> before, List<Condition> after, Action action, Situation situation) {
        var notes = new ArrayList<Note>();
        acted(action, situation, notes);
        onOff(before, after, "RedisReady", "RedisReady", "RedisNotReady", notes);
        onOff(before, after, "ApiReady", "ApiReady", "ApiNotReady", notes);
        onOff(before, after, "Ready", "Ready", "NotReady", notes);
        entered(before, after, "Ready", "NameConflict", "NameConflict", notes);
        entered(before, after, "Ready", "ObjectRefused", "ObjectRefused", notes);
        entered(before, after, "Ready", "ReconcileFailed", "ReconcileFailed", notes);
        entered(before, after, "ConfigApplied", "Rejected", "ConfigRejected", notes);
        entered(before, after, "ConfigApplied", "VolumeNotResized", "VolumeNotResized", notes);
        entered(before, after, "CredentialsInSync", "SecretNotFound", "SecretNotFound", notes);
        entered(before, after, "CredentialsInSync", "SecretKeyNotFound", "SecretKeyNotFound", notes);
        entered(before, after, "CredentialsInSync", "PasswordUnusable", "PasswordUnusable", notes);
        entered(before, after, "CredentialsInSync", "OperatorRefused", "OperatorRefused", notes);
        entered(before, after, "Degraded", "PersistenceFailing", "PersistenceFailing", notes);
        var warning = ConditionList.find(after, "ConfigurationWarning");
        if (warning != null && is(warning, "True")) {
            entered(before, after, "ConfigurationWarning", warning.getReason(), "ConfigurationWarning", notes);
        }
        paused(before, after, notes);
        return List.copyOf(notes);
    }

    private static void acted(Action action, Situation situation, List<Note> notes) {
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
            case Action.SetConfig _ -> notes.add(new Note(false, "ConfigChanged", "SetConfig", done.note()));
            case Action.SetUsers _ -> notes.add(new Note(false, "CredentialsChanged", "SetUsers", done.note()));
            case Action.ResizePod _ -> notes.add(new Note(false, "PodResized", "ResizePod", done.note()));
            case Action.RestartPod _ -> notes.add(new Note(false, "RedisRestarted", "RestartPod", done.note()));
            case Action.None _, Action.LabelRole _, Action.RefreshFiles _ -> {}
        }
    }

    /** A condition became true, or stopped being true; that it is not true yet at the beginning is no news. */
    private static void onOff(
            List<Condition> before, List<Condition> after, String type, String on, String off, List<Note> notes) {
        var was = ConditionList.find(before, type);
        var is = ConditionList.find(after, type);
        if (is == null) {
            return;
        }
        if (is(is, "True") && !is(was, "True")) {
            notes.add(new Note(false, on, "Observe", is.getMessage()));
        } else if (is(is, "False") && is(was, "True")) {
            notes.add(new Note(true, off, "Observe", is.getMessage()));
        }
    }

    private static void entered(
            List<Condition> before, List<Condition> after, String type, String reason, String event, List<Note> notes) {
        var was = ConditionList.find(before, type);
        var is = ConditionList.find(after, type);
        if (is != null
                && is.getReason().equals(reason)
                && (was == null || !was.getReason().equals(reason))) {
            notes.add(new Note(true, event, "Observe", is.getMessage()));
        }
    }

    private static void paused(List<Condition> before, List<Condition> after, List<Note> notes) {
        var was = ConditionList.find(before, "Paused");
        var is = ConditionList.find(after, "Paused");
        if (is(is, "True") && !is(was, "True")) {
            notes.add(new Note(false, "Suspended", "Suspend", "spec.suspend is true: nothing is changed from now on"));
        } else if (is(is, "False") && is(was, "True")) {
            notes.add(new Note(false, "Resumed", "Resume", "spec.suspend is false: changes are carried out again"));
        }
    }

    private static boolean is(@Nullable Condition condition, String status) {
        return condition != null && condition.getStatus().equals(status);
    }
}
