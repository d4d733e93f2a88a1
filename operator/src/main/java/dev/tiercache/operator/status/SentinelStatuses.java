package dev.tiercache.operator.status;

import dev.tiercache.operator.crd.CacheDeploymentSpec;
import dev.tiercache.operator.crd.CacheDeploymentStatus;
import dev.tiercache.operator.crd.CacheDeploymentStatus.FailoverStatus;
import dev.tiercache.operator.crd.CacheDeploymentStatus.RedisStatus;
import dev.tiercache.operator.crd.CacheDeploymentStatus.SentinelStatus;
import dev.tiercache.operator.observe.Consensus;
import dev.tiercache.operator.observe.Observation;
import dev.tiercache.operator.observe.PodView;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the status says of the master, its replicas and the Sentinels beside the conditions; pure. */
final class SentinelStatuses {
    private SentinelStatuses() {}

    /** Who is master keeps its time as long as it is the same pod. */
    static RedisStatus redis(@Nullable RedisStatus previous, Observation now, CacheDeploymentSpec spec, Instant time) {
        PodView master = Consensus.of(now, spec.effectiveSentinel().replicas()).master(now);
        String last = master != null ? master.name() : previous == null ? null : previous.lastMaster();
        String since = last == null ? null : since(previous, last, time);
        int ready = (int) now.redisPods().stream().filter(PodView::ready).count();
        var answer = master == null ? null : now.answering(master);
        return new RedisStatus(
                now.redisPods().size(),
                ready,
                ready + "/" + spec.redisReplicas(),
                master == null ? null : master.name(),
                last,
                since,
                answer != null ? answer.version() : previous == null ? null : previous.version());
    }

    private static String since(@Nullable RedisStatus previous, String master, Instant time) {
        return previous != null && previous.masterSince() != null && master.equals(previous.lastMaster())
                ? previous.masterSince()
                : seconds(time);
    }

    static SentinelStatus sentinel(Observation now, CacheDeploymentSpec spec) {
        List<PodView> pods = now.sentinelPods();
        int ready = (int) pods.stream().filter(PodView::ready).count();
        int wanted = spec.effectiveSentinel().replicas();
        return new SentinelStatus(
                pods.size(),
                ready,
                ready + "/" + wanted,
                Consensus.of(now, wanted).isQuorate() ? "Reachable" : "Lost");
    }

    /** A change of the master; planned if the operator made it, or if the former master is being stopped or gone. */
    static @Nullable FailoverStatus lastFailover(
            CacheDeploymentStatus previous, RedisStatus redis, Situation situation, Instant time) {
        String from = previous.redis() == null ? null : previous.redis().lastMaster();
        String to = redis.master();
        if (from == null || to == null || from.equals(to)) {
            return previous.lastFailover();
        }
        // Its successor of the same name waits for a node, if that is drained.
        boolean stopped = situation.now().redisPods().stream()
                .noneMatch(pod -> pod.name().equals(from) && pod.scheduled() && !pod.terminating());
        return new FailoverStatus(
                seconds(time),
                situation.planned() || stopped ? StatusAssembler.PLANNED : StatusAssembler.DETECTED,
                from,
                to);
    }

    private static String seconds(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
