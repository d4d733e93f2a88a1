package dev.tiercache.service.cache.l2;

/** The states of the link to L2. Requests use L2 in {@link #UP} only. */
public enum L2State {
    /** Not connected yet since the start. */
    CONNECTING,
    /** Connected, watched, in use. */
    UP,
    /** Was up and is not: L1 serves alone, and a new connection is tried all the time. */
    OPEN,
    /** Connected again: invalidations are armed and answers probed before requests come back. */
    RESYNC
}
