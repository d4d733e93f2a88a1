package dev.tiercache.operator.act;

import dev.tiercache.operator.plan.Action;
import dev.tiercache.operator.plan.Action.PodRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Has a Sentinel begin another failover, after one that came to nothing: it found no replica fit, or several Sentinels
 * stood for election at the same moment and none was elected. Those that still wait for votes would do so for the failover
 * timeout, at most 10 s, and refuse meanwhile; they are made to give up first. Who has been elected goes on: nobody is told
 * to begin while one carries out a failover, or has carried one out of which the others have not heard.
 */
final class FailoverRetry {
    /** How a Sentinel says that it waits for the votes of others. */
    private static final String STANDS_FOR_ELECTION = "wait_start";

    private static final String TIMEOUT = "failover-timeout";
    /** An election is over within a second. Enough for a promotion, too, should it be elected at this very moment. */
    private static final long ELECTION_MILLIS = 2_000;
    /** A Sentinel counts from up to a second after its start. */
    private static final Duration GIVES_UP = Duration.ofMillis(ELECTION_MILLIS + 500);

    private static final long POLL_MILLIS = 50;

    private final Action.RetryFailover action;
    private final Function<PodRef, @Nullable SentinelCommands> commands;

    /** @param commands how a pod is talked to; null if it cannot be reached */
    FailoverRetry(Action.RetryFailover action, Function<PodRef, @Nullable SentinelCommands> commands) {
        this.action = action;
        this.commands = commands;
    }

    /** What a Sentinel knows of the master: the fields of SENTINEL MASTER, none where it does not answer. */
    private record Seen(PodRef pod, Map<String, String> facts) {
        boolean has(String flag) {
            return facts.getOrDefault("flags", "").contains(flag);
        }

        boolean standsForElection() {
            return STANDS_FOR_ELECTION.equals(facts.get("failover-state"));
        }

        String address() {
            return facts.getOrDefault("ip", "");
        }

        long timeoutMillis() {
            return Long.parseLong(facts.getOrDefault(TIMEOUT, "0"));
        }
    }

    Outcome run() throws InterruptedException {
        List<Seen> all = look();
        List<Seen> candidates = all.stream().filter(Seen::standsForElection).toList();
        if (!candidates.isEmpty() && candidates.equals(failingOver(all))) {
            giveUp(candidates);
            all = look();
        }
        if (!failingOver(all).isEmpty()) {
            return new Outcome.Stale("a Sentinel carries out a failover by now");
        }
        if (all.stream()
                        .map(Seen::address)
                        .filter(it -> !it.isEmpty())
                        .distinct()
                        .count()
                != 1) {
            return new Outcome.Stale("a Sentinel names another master by now");
        }
        List<Seen> agreeing =
                all.stream().filter(it -> it.has(SentinelCommands.DOWN)).toList();
        if (agreeing.size() < action.needed()) {
            return new Outcome.Stale("the master is no longer down for a majority of the Sentinels");
        }
        String refusal = "";
        for (Seen it : agreeing) {
            refusal = ask(it.pod(), sentinel -> sentinel.failover(action.masterName()), "no answer");
            if (refusal.isEmpty()) {
                awaitNobodyStands(List.of(it));
                return new Outcome.Done("had " + it.pod() + " begin another failover");
            }
        }
        return new Outcome.Stale("the Sentinels cannot replace the master yet: " + refusal);
    }

    private List<Seen> look() throws InterruptedException {
        List<Seen> all = new ArrayList<>();
        for (PodRef pod : action.sentinels()) {
            all.add(look(pod));
        }
        return all;
    }

    private Seen look(PodRef pod) throws InterruptedException {
        return new Seen(pod, ask(pod, sentinel -> sentinel.master(action.masterName()), Map.of()));
    }

    private static List<Seen> failingOver(List<Seen> all) {
        return all.stream().filter(it -> it.has(SentinelCommands.FAILING_OVER)).toList();
    }

    /** By a timeout that is over. Should this process die before it puts that right, the settings are compared later. */
    private void giveUp(List<Seen> candidates) throws InterruptedException {
        try {
            for (Seen candidate : candidates) {
                timeout(candidate.pod(), Math.min(candidate.timeoutMillis(), ELECTION_MILLIS));
            }
            awaitNobodyStands(candidates);
        } finally {
            for (Seen candidate : candidates) {
                timeout(candidate.pod(), candidate.timeoutMillis());
            }
        }
    }

    /** Waits until each has been elected, or needs not be, or has given up. */
    private void awaitNobodyStands(List<Seen> candidates) throws InterruptedException {
        long end = System.nanoTime() + GIVES_UP.toNanos();
        for (Seen candidate : candidates) {
            while (look(candidate.pod()).standsForElection() && System.nanoTime() < end) {
                Thread.sleep(POLL_MILLIS);
            }
        }
    }

    private void timeout(PodRef pod, long millis) throws InterruptedException {
        ask(
                pod,
                sentinel -> {
                    sentinel.set(action.masterName(), Map.of(TIMEOUT, Long.toString(millis)));
                    return true;
                },
                false);
    }

    private <T> T ask(PodRef pod, SentinelCommands.Question<T> question, T otherwise) throws InterruptedException {
        return SentinelCommands.ask(commands.apply(pod), question, otherwise);
    }
}
