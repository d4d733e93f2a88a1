package dev.tiercache.operator.plan;

import dev.tiercache.operator.observe.Observation;
import dev.tiercache.operator.observe.PodView;
import dev.tiercache.operator.observe.RedisAnswer;
import dev.tiercache.operator.observe.RedisUser;
import dev.tiercache.operator.observe.Resources;
import dev.tiercache.operator.observe.WorkloadView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A settled Redis with its API pod, and small ways to disturb it. */
public final class PlanFixtures {
    public static final long MIB = 1L << 20;
    public static final String POD = "reports-redis-0";
    public static final RedisUser CLIENT = RedisUser.parse("user default on #aa ~* &* +@all");

    private PlanFixtures() {}

    /** What is wanted, and what there is. */
    public record Scene(Wanted wanted, PodView pod, RedisAnswer redis, WorkloadView set, PodView api, boolean resize) {

        public Observation now() {
            return new Observation(
                    set,
                    List.of(pod),
                    Map.of(pod.uid(), redis),
                    Set.of(),
                    new WorkloadView("reports-api", 1, 1, 1, true, "", ""),
                    List.of(api),
                    resize);
        }

        public Plan plan() {
            return Planner.next(wanted, now());
        }

        public RedisAnswer.Answering answering() {
            return (RedisAnswer.Answering) redis;
        }

        public Scene with(Wanted other) {
            return new Scene(other, pod, redis, set, api, resize);
        }

        public Scene with(PodView other) {
            return new Scene(wanted, other, redis, set, api, resize);
        }

        public Scene with(RedisAnswer other) {
            return new Scene(wanted, pod, other, set, api, resize);
        }

        public Scene with(WorkloadView other) {
            return new Scene(wanted, pod, redis, other, api, resize);
        }

        public Scene withApi(PodView other) {
            return new Scene(wanted, pod, redis, set, other, resize);
        }

        public Scene withoutResize() {
            return new Scene(wanted, pod, redis, set, api, false);
        }
    }

    /** Everything is as wanted: 512 MiB in a container of 832 MiB. */
    public static Scene settled() {
        var wanted = new Wanted(
                "hash",
                Map.of("maxmemory", String.valueOf(512 * MIB), "hz", "10"),
                Map.of("timeout", "0"),
                Map.of(),
                List.of(CLIENT),
                resources(832),
                "files");
        return new Scene(
                wanted,
                pod(resources(832), resources(832), "hash", true, false),
                answer(512, Map.of("hz", "10", "timeout", "0"), CLIENT, false, ""),
                set("hash", true),
                new PodView(
                        "reports-api-x",
                        "api-uid",
                        "10.0.0.2",
                        true,
                        true,
                        true,
                        false,
                        "",
                        "",
                        "",
                        "files",
                        Resources.NONE,
                        Resources.NONE,
                        ""),
                true);
    }

    public static Wanted memory(Wanted wanted, long maxMemoryMib, long limitMib) {
        var config = new HashMap<>(wanted.config());
        config.put("maxmemory", String.valueOf(maxMemoryMib * MIB));
        return new Wanted(
                wanted.restartHash(),
                config,
                wanted.defaults(),
                wanted.restart(),
                wanted.users(),
                resources(limitMib),
                wanted.apiFilesHash());
    }

    public static Wanted config(Wanted wanted, Map<String, String> config) {
        var all = new HashMap<>(wanted.config());
        all.putAll(config);
        return new Wanted(
                wanted.restartHash(),
                all,
                wanted.defaults(),
                wanted.restart(),
                wanted.users(),
                wanted.resources(),
                wanted.apiFilesHash());
    }

    public static Resources resources(long memoryMib) {
        return new Resources(Map.of("cpu", 100L, "memory", memoryMib * MIB), Map.of("memory", memoryMib * MIB));
    }

    public static PodView pod(
            Resources wanted, Resources allotted, String hash, boolean scheduled, boolean terminating) {
        return new PodView(
                POD,
                "uid",
                "10.0.0.1",
                scheduled,
                scheduled,
                scheduled && !terminating,
                terminating,
                "",
                hash,
                "master",
                "",
                wanted,
                allotted,
                "");
    }

    public static RedisAnswer answer(
            long maxMemoryMib, Map<String, String> config, RedisUser user, boolean loading, String persistenceFailure) {
        var all = new HashMap<>(config);
        all.put("maxmemory", String.valueOf(maxMemoryMib * MIB));
        return new RedisAnswer.Answering(
                "master", loading, false, "8.0.2", persistenceFailure, all, Map.of(user.name(), user));
    }

    /** The settled answer of a server that writes its append-only file anew. */
    public static RedisAnswer rewriting() {
        var it = settled().answering();
        return new RedisAnswer.Answering(
                it.role(), it.loading(), true, it.version(), it.persistenceFailure(), it.config(), it.users());
    }

    public static WorkloadView set(String hash, boolean rolledOut) {
        return new WorkloadView("reports-redis", 1, 1, 1, rolledOut, "", hash);
    }
}
