package dev.tiercache.service.cache.l2.redis;

import dev.tiercache.service.cache.l2.L2State;
import dev.tiercache.service.cache.l2.L2Status;
import dev.tiercache.service.cache.metrics.CacheMeters;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is known of the link, for people: kept, counted, and logged when it is news. Changed by the link's thread only. */
final class LinkStatus {

    private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);

    private final CacheMeters meters;
    private volatile L2Status current = new L2Status(L2State.CONNECTING, Instant.now(), "", false, "");
    private volatile boolean quiet;

    LinkStatus(CacheMeters meters) {
        this.meters = meters;
    }

    L2Status current() {
        return current;
    }

    /** There is no bad news at the end of the service. */
    void quiet() {
        quiet = true;
    }

    void resync() {
        become(L2State.RESYNC, current.role(), false, current.lastError());
    }

    void up(String role, long epoch) {
        boolean moved = become(L2State.UP, role, true, "");
        if (moved) {
            LOG.info("event=l2_up epoch={} role={}", epoch, role);
        }
    }

    /**
     * It is of no use.
     *
     * @param everUp whether it was up before
     */
    void down(String why, boolean everUp) {
        String before = current.lastError();
        become(everUp ? L2State.OPEN : L2State.CONNECTING, "", false, why);
        // An attempt that fails like the one before is no news.
        if (!quiet && !why.isEmpty() && !why.equals(before)) {
            LOG.warn("event=l2_down state={} error=\"{}\"", current.state(), why);
        }
    }

    private boolean become(L2State state, String role, boolean tracking, String error) {
        L2Status before = current;
        boolean moved = before.state() != state;
        current = new L2Status(state, moved ? Instant.now() : before.since(), role, tracking, error);
        if (moved) {
            meters.l2Became(state);
        }
        return moved;
    }
}
