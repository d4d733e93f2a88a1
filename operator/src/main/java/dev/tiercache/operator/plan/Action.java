package dev.tiercache.operator.plan;

import dev.tiercache.operator.observe.RedisUser;
import dev.tiercache.operator.observe.Resources;
import java.util.List;
import java.util.Map;

/** One thing to do to Redis or to a pod. Every action names the pod by its UID: its successor is not meant. */
public sealed interface Action {

    /** Nothing to do now. */
    record None() implements Action {}

    /** A pod, by name for people and by UID for the API server. */
    record PodRef(String name, String uid) {
        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * Set parameters of the running Redis and read them back.
     *
     * @param values parameter to value, as in redis.conf
     * @param defaults the same, for parameters that nobody asks for: what Redis does not take is left
     */
    record SetConfig(PodRef pod, Map<String, String> values, Map<String, String> defaults) implements Action {
        public SetConfig {
            values = Map.copyOf(values);
            defaults = Map.copyOf(defaults);
        }
    }

    /**
     * Set users of the running Redis.
     *
     * @param users what each user shall be; the others are left alone
     * @param keepPasswords whether passwords that are accepted now stay accepted
     */
    record SetUsers(PodRef pod, List<RedisUser> users, boolean keepPasswords) implements Action {
        public SetUsers {
            users = List.copyOf(users);
        }
    }

    /** Change CPU and memory of the running container {@code redis}. */
    record ResizePod(PodRef pod, Resources resources) implements Action {}

    /**
     * Delete the pod, so that its StatefulSet makes it anew.
     *
     * @param reason why, for the event
     */
    record RestartPod(PodRef pod, String reason) implements Action {}

    /** Write the role label. */
    record LabelRole(PodRef pod, String role) implements Action {}

    /**
     * Make the kubelet read the mounted files of a pod again at once.
     *
     * @param hash names the present content
     */
    record RefreshFiles(PodRef pod, String hash) implements Action {}
}
