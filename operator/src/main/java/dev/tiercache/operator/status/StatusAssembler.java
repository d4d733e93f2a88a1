package dev.tiercache.operator.status;

import dev.tiercache.operator.crd.ApiSpec;
import dev.tiercache.operator.crd.CacheDeployment;
import dev.tiercache.operator.crd.CacheDeploymentSpec;
import dev.tiercache.operator.crd.CacheDeploymentStatus;
import dev.tiercache.operator.crd.RedisSpec;
import dev.tiercache.operator.desired.Names;
import dev.tiercache.operator.observe.Observation;
import dev.tiercache.operator.observe.PodView;
import dev.tiercache.operator.observe.RedisAnswer;
import dev.tiercache.operator.observe.WorkloadView;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the whole status from a situation; equal situations make equal statuses, whatever the time is. */
public final class StatusAssembler {
    /** Reason of a change of the master that was asked for. */
    static final String PLANNED = "Planned";
    /** Reason of a change of the master that nobody asked for. */
    static final String DETECTED = "Detected";

    private StatusAssembler() {}

    /**
     * The status to write.
     *
     * @param cache the resource with its previous status
     * @param situation what was found and done
     * @param time becomes the transition time of conditions that change
     */
    public static CacheDeploymentStatus assemble(CacheDeployment cache, Situation situation, Instant time) {
        CacheDeploymentSpec spec = cache.getSpec();
        Observation now = situation.now();
        boolean apiManaged = spec.api().mode() == ApiSpec.ApiMode.MANAGED;
        long generation = cache.getMetadata().getGeneration();
        var conditions = new ConditionList(previous(cache).conditions(), generation, time);

        Verdict redis = spec.isSentinel()
                ? SentinelVerdicts.redis(situation, spec, wasStarted(previous(cache)))
                : Verdicts.redis(now);
        Verdict api = apiManaged
                ? Verdicts.api(now, ConditionList.isTrue(previous(cache).conditions(), "ApiReady"))
                : Verdict.yes("Disabled", "");
        Verdict config = Verdicts.config(situation);
        Verdict credentials = Verdicts.credentials(situation);
        Verdict progressing = Verdicts.progressing(situation, spec.suspend(), apiManaged);
        conditions.add("Ready", ready(situation, redis, api, config, credentials));
        conditions.add("Progressing", progressing);
        conditions.add("Degraded", Verdicts.degraded(situation, spec, apiManaged, redis, api));
        conditions.add("RedisReady", redis);
        if (spec.isSentinel()) {
            conditions.add("SentinelQuorate", SentinelVerdicts.quorate(now, spec));
        }
        if (apiManaged) {
            conditions.add("ApiReady", api);
        }
        conditions.add("ConfigApplied", config);
        conditions.add("CredentialsInSync", credentials);
        conditions.add("ConfigurationWarning", warning(spec));
        conditions.add("Paused", paused(spec, situation));

        var names = Names.of(cache);
        var redisStatus = spec.isSentinel()
                ? SentinelStatuses.redis(previous(cache).redis(), now, spec, time)
                : redisStatus(now, redis);
        return new CacheDeploymentStatus(
                generation,
                conditions.all(),
                redisStatus,
                spec.isSentinel() ? SentinelStatuses.sentinel(now, spec) : null,
                apiManaged ? apiStatus(now, names) : null,
                effective(now),
                new CacheDeploymentStatus.EndpointsStatus(
                        names.redisEndpoint(),
                        spec.isSentinel() ? names.sentinelEndpoint() : null,
                        spec.isSentinel() ? names.masterName() : null,
                        apiManaged
                                ? "http://" + names.api() + "." + names.namespace() + ".svc:"
                                        + spec.api().service().port()
                                : null),
                new CacheDeploymentStatus.BindingStatus(names.binding()),
                SentinelStatuses.lastFailover(previous(cache), redisStatus, situation, time));
    }

    /**
     * The status of a reconciliation that failed: what was known stays, and Ready says what happened.
     *
     * @param message one line without secrets
     */
    public static CacheDeploymentStatus failed(CacheDeployment cache, String message, Instant time) {
        CacheDeploymentStatus previous = previous(cache);
        long generation = cache.getMetadata().getGeneration();
        var conditions = new ConditionList(previous.conditions(), generation, time);
        var ready = conditions.add("Ready", Verdict.no("ReconcileFailed", message));
        var all = new java.util.ArrayList<>(List.of(ready));
        previous.conditions().stream()
                .filter(condition -> !condition.getType().equals("Ready"))
                .forEach(all::add);
        return new CacheDeploymentStatus(
                previous.observedGeneration(),
                all,
                previous.redis(),
                previous.sentinel(),
                previous.api(),
                previous.effective(),
                previous.endpoints(),
                previous.binding(),
                previous.lastFailover());
    }

    /** The first thing that is wrong, in the order in which a person would put it right. */
    private static Verdict ready(Situation situation, Verdict redis, Verdict api, Verdict config, Verdict credentials) {
        if (!situation.withheld().isEmpty()) {
            return Verdict.no(
                    "Suspended",
                    "spec.suspend is true, and these changes wait: " + String.join(", ", situation.withheld()));
        }
        if (!situation.foreign().isEmpty()) {
            return Verdict.no(
                    "NameConflict",
                    "belongs to somebody else and is left alone: " + String.join(", ", situation.foreign())
                            + "; rename or delete it, or rename this CacheDeployment");
        }
        if (!situation.refused().isEmpty()) {
            return Verdict.no("ObjectRefused", "the API server refused " + String.join("; ", situation.refused()));
        }
        var problem = situation.credentials();
        if (problem != null) {
            return Verdict.no(problem.reason(), problem.message());
        }
        if (!redis.isTrue()) {
            return redis.status().equals("Unknown")
                    ? Verdict.unknown("RedisNotReady", redis.message())
                    : Verdict.no("RedisNotReady", redis.message());
        }
        if (!api.isTrue()) {
            return Verdict.no("ApiNotReady", api.message());
        }
        if (!config.isTrue()) {
            return Verdict.no(
                    config.reason().equals("Rejected") ? "ConfigRejected" : "ConfigNotApplied", config.message());
        }
        if (!credentials.isTrue() && !credentials.reason().equals("RotatingPassword")) {
            return Verdict.no("CredentialsNotInSync", credentials.message());
        }
        return Verdict.yes("AllReady", "Redis takes writes, the API answers, and everything is as specified");
    }

    /** Whether Redis was ready once: from then on a replica that is missing does not keep it from being so. */
    private static boolean wasStarted(CacheDeploymentStatus previous) {
        var redis = ConditionList.find(previous.conditions(), "RedisReady");
        if (redis == null || previous.redis() == null || previous.redis().lastMaster() == null) {
            return false;
        }
        return redis.getStatus().equals("True") || !SentinelVerdicts.INCOMPLETE.contains(redis.getReason());
    }

    private static Verdict warning(CacheDeploymentSpec spec) {
        RedisSpec redis = spec.redis();
        String policy = redis.memory().evictionPolicy().redis();
        if (policy.startsWith("volatile-")) {
            return Verdict.yes(
                    "VolatilePolicyWithoutTtl",
                    "spec.redis.memory.evictionPolicy " + policy + " evicts only keys with a TTL: clients that write"
                            + " keys without one fill the memory for good; allkeys-lru evicts any key");
        }
        var persistence = redis.persistence();
        if (spec.isSentinel() && !persistence.isDurable()) {
            return Verdict.yes(
                    "NoPersistenceWithReplicas",
                    "spec.redis.persistence.mode Disabled: a loss of all Redis pods at the same time empties the cache;"
                            + " replicas keep the data of a master that fails alone");
        }
        if (persistence.isDurable()) {
            var volume = persistence.effectiveVolume().size();
            var memory = redis.memory().maxMemory();
            // A rewrite of the append-only file or a snapshot needs room beside the file it replaces.
            if (volume.getNumericalAmount()
                            .compareTo(memory.getNumericalAmount().multiply(java.math.BigDecimal.TWO))
                    < 0) {
                return Verdict.yes(
                        "VolumeTooSmall",
                        "spec.redis.persistence.volume.size " + volume + " is less than twice maxMemory " + memory
                                + ": a rewrite of the file may not fit; enlarge the volume");
            }
        }
        return Verdict.no("NoWarnings", "nothing in the spec is known to be risky");
    }

    private static Verdict paused(CacheDeploymentSpec spec, Situation situation) {
        if (!spec.suspend()) {
            return Verdict.no("NotSuspended", "the operator keeps everything as specified");
        }
        return Verdict.yes(
                "Suspended",
                "spec.suspend is true: the operator changes nothing; "
                        + (situation.withheld().isEmpty()
                                ? "nothing waits"
                                : "waiting: " + String.join(", ", situation.withheld())));
    }

    private static CacheDeploymentStatus.RedisStatus redisStatus(Observation now, Verdict redis) {
        int pods = now.redisPods().size();
        int ready = (int) now.redisPods().stream().filter(PodView::ready).count();
        int wanted = now.redisSet() == null ? 1 : now.redisSet().wanted();
        PodView pod = now.redisPod();
        return new CacheDeploymentStatus.RedisStatus(
                pods,
                ready,
                ready + "/" + wanted,
                redis.isTrue() && pod != null ? pod.name() : null,
                null,
                null,
                now.redis() instanceof RedisAnswer.Answering answer ? answer.version() : null);
    }

    private static CacheDeploymentStatus.ApiStatus apiStatus(Observation now, Names names) {
        WorkloadView api = now.api();
        String selector = names.selector(Names.COMPONENT_API).entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(","));
        return api == null
                ? new CacheDeploymentStatus.ApiStatus(0, 0, "0/0", selector)
                : new CacheDeploymentStatus.ApiStatus(
                        api.replicas(), api.ready(), api.ready() + "/" + api.wanted(), selector);
    }

    /** What the running pod has, not what it shall have. */
    private static CacheDeploymentStatus.@Nullable EffectiveStatus effective(Observation now) {
        PodView pod = now.redisPod();
        if (pod == null) {
            return null;
        }
        String maxMemory = now.redis() instanceof RedisAnswer.Answering answer
                ? answer.config().get("maxmemory")
                : null;
        long limit = pod.allotted().memoryLimit();
        return new CacheDeploymentStatus.EffectiveStatus(
                maxMemory == null ? null : quantity(Long.parseLong(maxMemory)),
                limit == Long.MAX_VALUE ? null : quantity(limit));
    }

    private static String quantity(long bytes) {
        String[] units = {"Ti", "Gi", "Mi", "Ki"};
        for (int i = 0; i < units.length; i++) {
            long unit = 1L << (10 * (units.length - i));
            if (bytes > 0 && bytes % unit == 0) {
                return new Quantity(String.valueOf(bytes / unit), units[i]).toString();
            }
        }
        return String.valueOf(bytes);
    }

    private static CacheDeploymentStatus previous(CacheDeployment cache) {
        return cache.getStatus() == null ? CacheDeploymentStatus.EMPTY : cache.getStatus();
    }
}
