package dev.tiercache.e2e.ledger.redis;

/** A host, by name or number, and a port. */
public record Address(String host, int port) {

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
