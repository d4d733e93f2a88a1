package dev.tiercache.operator.act;

import dev.tiercache.operator.observe.Replies;
import dev.tiercache.operator.plan.Action;
import dev.tiercache.operator.plan.Action.PodRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Has a Sentinel begin another failover, after one that came to nothing: it found no replica fit, or several Sentinels
 * stood for election at the same moment and none was elected. Those that still wait for votes would do so for the failover
 * timeout, at most 10 s, and refuse meanwhile; they are made to give up first, by a shorter timeout, and get their own
 * again before one of them begins. Who has been elected goes on: nobody is told to begin while one carries out a
 * failover, or has carried one out of which the others have not heard.
 */
final class FailoverRetry {
    private static final String TIMEOUT = "failover-timeout";
    /** An election is over within a second. Enough for a promotion, too, should it be elected at this very moment. */
    private static final long ELECTION_MILLIS = 2_000;

    private final Action.RetryFailover action;
    private final SentinelCommands.Reach pods;

    FailoverRetry(Action.RetryFailover action, SentinelCommands.Reach pods) {
        this.action = action;
        this.pods = pods;
    }

    /** What a Sentinel knows of the master: the fields of SENTINEL MASTER, none where it does not answer. */
    private record Seen(PodRef pod, Map<String, String> facts) {
        boolean has(String flag) {
            return facts.getOrDefault("flags", "").contains(flag);
        }

        String address() {
            return facts.getOrDefault("ip", "");
        }

        long timeoutMillis() {
            return Long.parseLong(facts.getOrDefault(TIMEOUT, "0"));
        }
    }

    /** One step: who stands in vain gives up, or else one begins. What is to be done next is seen by looking again. */
    Outcome run() throws InterruptedException {
        List<Seen> all = look();
        List<Seen> begun =
                all.stream().filter(it -> it.has(SentinelCommands.FAILING_OVER)).toList();
        if (!begun.stream().allMatch(it -> Replies.standsForElection(it.facts()))) {
            return new Outcome.Stale("a Sentinel carries out a failover by now");
        }
        long addresses = all.stream()
                .map(Seen::address)
                .filter(address -> !address.isEmpty())
                .distinct()
                .count();
        if (addresses != 1) {
            return new Outcome.Stale("a Sentinel names another master by now");
        }
        List<Seen> agreeing =
                all.stream().filter(it -> it.has(SentinelCommands.DOWN)).toList();
        if (agreeing.size() < action.needed()) {
            return new Outcome.Stale("the master is no longer down for a majority of the Sentinels");
        }
        if (!begun.isEmpty()) {
            return giveUp(begun);
        }
        for (Seen it : all) {
            if (!it.facts().isEmpty()
                    && !it.facts().entrySet().containsAll(action.settings().entrySet())) {
                set(it.pod(), action.settings());
            }
        }
        return begin(agreeing);
    }

    private Outcome begin(List<Seen> agreeing) throws InterruptedException {
        String refusal = "";
        for (Seen it : agreeing) {
            refusal = pods.ask(it.pod(), sentinel -> sentinel.failover(action.masterName()), "no answer");
            if (refusal.isEmpty()) {
                return new Outcome.Done("had " + it.pod() + " begin another failover");
            }
        }
        return new Outcome.Stale("the Sentinels cannot replace the master yet: " + refusal);
    }

    private Outcome giveUp(List<Seen> candidates) throws InterruptedException {
        for (Seen candidate : candidates) {
            if (candidate.timeoutMillis() > ELECTION_MILLIS) {
                set(candidate.pod(), Map.of(TIMEOUT, Long.toString(ELECTION_MILLIS)));
            }
        }
        return new Outcome.Stale("Sentinels stand for election in vain and have to give up: "
                + candidates.stream().map(it -> it.pod().name()).toList());
    }

    private List<Seen> look() throws InterruptedException {
        List<Seen> all = new ArrayList<>();
        for (PodRef pod : action.sentinels()) {
            all.add(new Seen(pod, pods.ask(pod, sentinel -> sentinel.master(action.masterName()), Map.of())));
        }
        return all;
    }

    private void set(PodRef pod, Map<String, String> settings) throws InterruptedException {
        pods.ask(
                pod,
                sentinel -> {
                    sentinel.set(action.masterName(), settings);
                    return true;
                },
                false);
    }
}
