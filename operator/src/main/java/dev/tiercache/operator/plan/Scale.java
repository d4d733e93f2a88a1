package dev.tiercache.operator.plan;

import dev.tiercache.operator.observe.Consensus;
import dev.tiercache.operator.observe.Observation;
import dev.tiercache.operator.observe.PodView;
import dev.tiercache.operator.observe.WorkloadView;

/** How many Redis pods there may be now. */
public final class Scale {
    private Scale() {}

    /**
     * More at once; fewer only when the master is among those who stay and they have its data.
     *
     * @param wanted Redis pods that the resource asks for
     * @param sentinels Sentinel pods that it asks for
     */
    public static int redis(int wanted, int sentinels, Observation now) {
        WorkloadView set = now.redisSet();
        if (set == null || set.wanted() <= wanted) {
            return wanted;
        }
        PodView master = Consensus.of(now, sentinels).master(now);
        boolean safe = master != null
                && master.ordinal() < wanted
                && now.redisPods().stream()
                        .filter(pod -> pod.ordinal() < wanted && !pod.equals(master))
                        .allMatch(now::following);
        return safe ? wanted : set.wanted();
    }
}
