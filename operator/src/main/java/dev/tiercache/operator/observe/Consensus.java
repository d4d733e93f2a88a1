package dev.tiercache.operator.observe;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the Sentinels say together.
 *
 * @param needed how many make a majority
 * @param answering Sentinel pods that answer
 * @param votes how many of them name each address
 * @param named address that a majority names, or null if there is none
 * @param failover whether one of them carries out a failover
 * @param down whether one of them sees the master down
 * @param stalled how many of them see it down, and nobody replaces it
 * @param quorate how many of them reach enough others for a failover
 */
public record Consensus(
        int needed,
        List<PodView> answering,
        Map<String, Integer> votes,
        @Nullable String named,
        boolean failover,
        boolean down,
        int stalled,
        int quorate) {

    /** @param replicas how many Sentinels there shall be */
    public static Consensus of(Observation now, int replicas) {
        int needed = replicas / 2 + 1;
        List<PodView> answering = now.sentinelPods().stream()
                .filter(pod -> now.answer(pod) instanceof RedisAnswer.Watching)
                .toList();
        Map<String, Integer> votes = new HashMap<>();
        for (PodView pod : answering) {
            String master = watching(now, pod).master();
            if (master != null) {
                votes.merge(master, 1, Integer::sum);
            }
        }
        return new Consensus(
                needed,
                answering,
                Map.copyOf(votes),
                votes.entrySet().stream()
                        .filter(vote -> vote.getValue() >= needed)
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .orElse(null),
                answering.stream().anyMatch(pod -> watching(now, pod).failover()),
                answering.stream().anyMatch(pod -> watching(now, pod).down()),
                (int) answering.stream()
                        .filter(pod -> watching(now, pod).stalled())
                        .count(),
                (int) answering.stream()
                        .filter(pod -> watching(now, pod).quorate())
                        .count());
    }

    /** Whether a failover could be authorised now. */
    public boolean isQuorate() {
        return quorate >= needed;
    }

    /** Whether a majority sees the master down and nobody replaces it: a failover came to nothing. */
    public boolean isStalled() {
        return !failover && stalled >= needed;
    }

    /** The master: the Redis pod that a majority names and that says so itself; null if there is none. */
    public @Nullable PodView master(Observation now) {
        PodView pod = now.redisAt(named);
        var answer = pod == null ? null : now.answering(pod);
        return answer != null && answer.serving() ? pod : null;
    }

    /** The Sentinel pods that answer and name another master than the majority, or none. */
    public List<PodView> dissenting(Observation now) {
        return answering.stream()
                .filter(pod -> named != null && !named.equals(watching(now, pod).master()))
                .toList();
    }

    private static RedisAnswer.Watching watching(Observation now, PodView pod) {
        return (RedisAnswer.Watching) now.answer(pod);
    }
}
