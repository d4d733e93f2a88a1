package dev.tiercache.operator.plan;

import dev.tiercache.operator.observe.PodView;
import dev.tiercache.operator.observe.RedisUser;
import dev.tiercache.operator.observe.Resources;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One thing to do to Redis or to a pod. Every action names the pod by its UID: its successor is not meant. */
public sealed interface Action {

    /** Nothing to do now. */
    record None() implements Action {}

    /** A pod, by name for people and by UID for the API server. */
    record PodRef(String name, String uid) {
        static PodRef of(PodView pod) {
            return new PodRef(pod.name(), pod.uid());
        }

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
     * Make a Redis master that waits for it, or whose master is gone for good.
     *
     * @param others the other Redis pods: none of them may be master by then
     * @param reason why it is this one, for the event
     */
    record Promote(PodRef pod, List<PodRef> others, String reason) implements Action {
        public Promote {
            others = List.copyOf(others);
        }
    }

    /**
     * Make Redis pods replicas of the master.
     *
     * @param pods the ones that follow another or none; the clients of one that took itself for master are sent away
     * @param master name of the master
     * @param address its address
     */
    record Follow(List<PodRef> pods, String master, String address) implements Action {
        public Follow {
            pods = List.copyOf(pods);
        }
    }

    /**
     * Have Sentinels watch the master.
     *
     * @param sentinels the ones that know of none, or of another
     * @param master the pod that they shall watch; it must say itself that it is master
     * @param address its address
     */
    record Monitor(List<PodRef> sentinels, PodRef master, String address, Topology topology) implements Action {
        public Monitor {
            sentinels = List.copyOf(sentinels);
        }
    }

    /** Give Sentinels their settings. */
    record TuneSentinels(List<PodRef> sentinels, String masterName, Map<String, String> settings) implements Action {
        public TuneSentinels {
            sentinels = List.copyOf(sentinels);
            settings = Map.copyOf(settings);
        }
    }

    /**
     * Have the Sentinels replace the master once more, after a failover that came to nothing.
     *
     * @param sentinels the Sentinels that answer
     * @param needed how many of them must still see the master down
     * @param masterName name of the master among the Sentinels
     * @param settings what the Sentinels' settings shall be when one begins
     */
    record RetryFailover(List<PodRef> sentinels, int needed, String masterName, Map<String, String> settings)
            implements Action {
        public RetryFailover {
            sentinels = List.copyOf(sentinels);
            settings = Map.copyOf(settings);
        }
    }

    /** Have one Sentinel forget pods that were scaled away: it forgets all, and finds those that are there. */
    record ForgetPods(PodRef sentinel, String masterName) implements Action {}

    /**
     * Make a replica master in place of a master that is well.
     *
     * @param from the present master
     * @param replicas the replicas that have its data, by address: one of them becomes master, the one with the first
     *     priority if there is one
     * @param others the other Redis pods, by address: a Sentinel may think otherwise of them
     * @param sentinels the Sentinels that answer
     * @param needed how many of them make a majority
     * @param masterName name of the master among the Sentinels
     * @param reason why, for the event
     * @param asked what the annotation says that asks for it; empty if nobody asks
     * @param wish the same in words that mean the same when it has been done. They are written down first and cleared
     *     afterwards: whoever goes on after a crash does it once, or tells why not
     */
    record SwitchMaster(
            PodRef from,
            Map<String, PodRef> replicas,
            Map<String, PodRef> others,
            List<PodRef> sentinels,
            int needed,
            String masterName,
            String reason,
            String asked,
            String wish)
            implements Action {
        /** Whether a person asks for it. */
        public boolean isAsked() {
            return !asked.isEmpty();
        }

        public SwitchMaster {
            replicas = Map.copyOf(replicas);
            others = Map.copyOf(others);
            sentinels = List.copyOf(sentinels);
        }

        /** The pod with an address, if it is another one than the present master; null otherwise. */
        public @Nullable PodRef another(String address) {
            PodRef replica = replicas.get(address);
            return replica == null ? others.get(address) : replica;
        }
    }

    /**
     * Clear the annotation by which somebody asks for another master.
     *
     * @param asked what the annotation says; another wish by then is not meant
     * @param answer what became of it, for the event
     */
    record AnswerSwitchover(String asked, String answer) implements Action {}

    /**
     * Make the kubelet read the mounted files of a pod again at once.
     *
     * @param hash names the present content
     */
    record RefreshFiles(PodRef pod, String hash) implements Action {}
}
