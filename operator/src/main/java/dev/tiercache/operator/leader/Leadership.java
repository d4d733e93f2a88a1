package dev.tiercache.operator.leader;

import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fence: says whether this process may write, and ends the process that lost the lease.
 *
 * <p>The SDK goes on reconciling after the lease is lost unless the process ends, and ending it from within its
 * callback can deadlock with a shutdown hook. So the loss closes the fence first, which every writer asks, and a thread
 * of its own ends the process.
 */
public final class Leadership {
    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private enum State {
        WAITING,
        LEADING,
        STOPPED
    }

    private final AtomicReference<State> state;
    private final Runnable onLoss;

    private Leadership(State initial, Runnable onLoss) {
        this.state = new AtomicReference<>(initial);
        this.onLoss = onLoss;
    }

    /** Leadership of a process that is alone by agreement (leader election is disabled). */
    public static Leadership alone() {
        return new Leadership(State.LEADING, () -> {});
    }

    /** Leadership that a lease decides; its loss ends the process. */
    public static Leadership byLease() {
        return byLease(Leadership::endProcess);
    }

    /** Leadership that a lease decides, with what to do when it is lost. */
    static Leadership byLease(Runnable onLoss) {
        return new Leadership(State.WAITING, onLoss);
    }

    /** The callbacks to hand to the leader election. */
    public LeaderCallbacks callbacks() {
        return new LeaderCallbacks(
                this::won,
                this::lost,
                leader -> LOG.atInfo().addKeyValue("leader", leader).log("leader changed"));
    }

    /** Whether this process may write to the API server or to Redis now. */
    public boolean mayWrite() {
        return state.get() == State.LEADING;
    }

    /**
     * Asked by every writer right before it writes.
     *
     * @throws NotLeadingException if this process may not write
     */
    public void require() {
        if (!mayWrite()) {
            throw new NotLeadingException();
        }
    }

    /** Closes the fence for good, because the process is about to end in good order. */
    public void stop() {
        state.set(State.STOPPED);
    }

    private void won() {
        if (state.compareAndSet(State.WAITING, State.LEADING)) {
            LOG.info("leading: reconciliation starts");
        }
    }

    private void lost() {
        if (state.compareAndSet(State.LEADING, State.STOPPED)) {
            LOG.error("the lease is lost: nothing more is written and the process ends");
            onLoss.run();
        }
    }

    private static void endProcess() {
        Thread.ofPlatform().name("lease-lost").daemon().start(() -> {
            Thread.ofPlatform().name("lease-lost-halt").daemon().start(() -> {
                try {
                    Thread.sleep(PATIENCE);
                } catch (InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                }
                Runtime.getRuntime().halt(1);
            });
            System.exit(1);
        });
    }

    /** A writer asked while another process leads. */
    public static final class NotLeadingException extends RuntimeException {
        NotLeadingException() {
            super("this process does not hold the lease: nothing was written");
        }
    }
}
