package dev.tiercache.operator.plan;

import dev.tiercache.operator.observe.Consensus;
import dev.tiercache.operator.observe.Observation;
import dev.tiercache.operator.observe.PodView;
import dev.tiercache.operator.observe.RedisAnswer.Answering;
import dev.tiercache.operator.plan.Action.PodRef;
import org.jspecify.annotations.Nullable;

/**
 * A failover that came to nothing, begun anew. The Sentinels agree that the master is down, and none replaces it: the
 * first attempt found no replica fit, or was broken off, and the next would begin after twice the failover timeout; or
 * several stood for election at the same moment, and none has the votes. By now there is a replica that had its master's
 * data to the end; one that has restarted since may lack some. A master that is about to return is waited for.
 */
final class StalledFailover {
    private StalledFailover() {}

    static Step next(Topology wanted, Observation now, Consensus say) {
        if (!say.isStalled()) {
            return Step.NOTHING;
        }
        PodView named = now.redisAt(say.named());
        Answering master = named == null ? null : now.answering(named);
        boolean returns = master != null && !master.serving();
        boolean replaceable = now.redisPods().stream()
                .filter(pod -> !pod.terminating())
                .anyMatch(pod -> hadAll(now.answering(pod), say.named()));
        return !returns && replaceable
                ? Step.act(new Action.RetryFailover(
                        say.answering().stream().map(PodRef::of).toList(),
                        say.needed(),
                        wanted.masterName(),
                        wanted.settings()))
                : Step.NOTHING;
    }

    private static boolean hadAll(@Nullable Answering replica, @Nullable String master) {
        return replica != null
                && !replica.loading()
                && replica.replication().severed()
                && replica.replication().masterHost().equals(master);
    }
}
