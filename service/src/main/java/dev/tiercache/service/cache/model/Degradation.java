package dev.tiercache.service.cache.model;

/** What the cache does with a key that L1 does not hold while L2 is not up. */
public enum Degradation {
    /** Compute it: every answer is given, and the origin carries the load that L2 would have taken. */
    L1_ONLY,
    /** Refuse it: the origin is protected, and callers are told when to come back. */
    FAIL
}
