package dev.tiercache.service.cache.l2;

import java.time.Instant;

/**
 * The state of the link to L2, for people.
 *
 * @param state the state
 * @param since since when
 * @param role what Redis says it is ({@code master}); empty when not known
 * @param tracking whether changes by others reach L1 at once
 * @param lastError why it is not up, or what it refuses though it is; one line without secrets, empty when all is well
 * @param commandsUnderWay how many commands wait for their answer
 * @param writesWaiting how many values wait to be written until it is up again
 */
public record L2Status(
        L2State state,
        Instant since,
        String role,
        boolean tracking,
        String lastError,
        int commandsUnderWay,
        int writesWaiting) {

    /** With nothing under way and nothing waiting. */
    public L2Status(L2State state, Instant since, String role, boolean tracking, String lastError) {
        this(state, since, role, tracking, lastError, 0, 0);
    }

    /** Whether anything of the tier is missing at present. */
    public boolean degraded() {
        return state != L2State.UP || !lastError.isEmpty();
    }
}
