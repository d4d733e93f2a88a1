package dev.tiercache.service.market.http;

import dev.tiercache.service.market.MarketDataException;

/** The key that the source asks for, as it is at each question. Never part of a message. */
@FunctionalInterface
public interface ApiKey {

    /**
     * The key that holds now; empty: none is sent.
     *
     * @throws MarketDataException when it cannot be read, or could not stand in a header
     */
    String now() throws MarketDataException;
}
