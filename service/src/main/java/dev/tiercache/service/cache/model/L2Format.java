package dev.tiercache.service.cache.model;

/** How values are written in L2. All are read, whatever is set. */
public enum L2Format {
    /** One JSON object, for people and machines. */
    JSON,
    /** A short binary head before the value's bytes. */
    BINARY,
    /** As {@link #BINARY}, with values of 2 KB and more compressed by LZ4. */
    BINARY_LZ4
}
