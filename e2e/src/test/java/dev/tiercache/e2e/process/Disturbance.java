package dev.tiercache.e2e.process;

import dev.tiercache.e2e.ledger.LedgerSummary;

/** A way in which a set of pods is disturbed while writers write, and what must hold. */
interface Disturbance {
    /** Twice the failover timeout: after so long, Sentinels try a failover again by themselves. */
    long RETRY_OF_SENTINELS_MILLIS = 12_000;

    /** What happens, for the table. */
    String text();

    /** The resource whose pods are disturbed. */
    String spec();

    /** What must hold, for the table. */
    String mustHold();

    /** Does it, and waits for what follows at once. */
    void disturb(Failover it);

    /** Expects that it holds. */
    void judge(Failover it, LedgerSummary summary);
}
