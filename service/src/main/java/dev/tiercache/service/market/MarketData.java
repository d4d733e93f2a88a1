package dev.tiercache.service.market;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where prices, options, breadth and portfolios come from. Thread-safe. Empty says "there is none" and will say so again;
 * {@link MarketDataException} says "it cannot be had now".
 */
public interface MarketData {

    /** What kind of data this is, for the report's sources. */
    Provenance provenance();

    /** Daily closes of {@code symbol}, adjusted for splits and dividends; empty for a symbol that is not known. */
    Optional<PriceHistory> prices(String symbol) throws MarketDataException;

    /** The newest options activity of {@code symbol}; empty where there is none. */
    Optional<OptionsActivity> options(String symbol) throws MarketDataException;

    /** The newest breadth of the whole market. */
    Optional<MarketBreadth> breadth() throws MarketDataException;

    /** What the user holds, by symbol; empty for a user without a portfolio. */
    List<Holding> portfolio(String userId) throws MarketDataException;

    /**
     * This source, telling of each answer that is a copy of before, because the source behind it gives none now. A
     * source that never answers so is itself.
     */
    default MarketData telling(CopyListener listener) {
        return this;
    }

    /** What is asked for. */
    enum Kind {
        /** {@link MarketData#prices}. */
        PRICES,
        /** {@link MarketData#options}. */
        OPTIONS,
        /** {@link MarketData#breadth}. */
        BREADTH,
        /** {@link MarketData#portfolio}. */
        PORTFOLIO
    }

    /** Hears of answers that are copies, before they are given, on the thread that asks. */
    @FunctionalInterface
    interface CopyListener {

        /**
         * An answer is a copy.
         *
         * @param kind what was asked for
         * @param name of the symbol or the user; empty where the kind needs none
         * @param from when the source gave it
         */
        void used(Kind kind, String name, Instant from);
    }

    /**
     * Kind of the data.
     *
     * @param id one word, as the configuration names the source
     * @param title what a reader of the report is told, such as "Demo data"
     * @param generated whether the numbers are invented rather than observed: a report on them says so and is trusted less
     */
    record Provenance(String id, String title, boolean generated) {}

    /**
     * A position.
     *
     * @param symbol ticker
     * @param quantity shares, positive
     */
    record Holding(String symbol, double quantity) {}
}
