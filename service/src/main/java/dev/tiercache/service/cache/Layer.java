package dev.tiercache.service.cache;

/** Where an answer came from. */
public enum Layer {
    /** This process's heap. */
    L1,
    /** Redis. */
    L2,
    /** Neither: it was computed. */
    ORIGIN
}
