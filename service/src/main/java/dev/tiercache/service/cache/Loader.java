package dev.tiercache.service.cache;

/** Computes a value that neither tier holds. Called on a virtual thread: it may block. */
@FunctionalInterface
public interface Loader {

    /**
     * Computes the value.
     *
     * @return a JSON document; the array belongs to the cache from here on
     * @throws Exception when there is no value; everybody who waits for it gets a {@link CacheException} with this cause
     */
    byte[] load() throws Exception;
}
