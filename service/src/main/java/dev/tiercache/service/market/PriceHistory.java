package dev.tiercache.service.market;

import java.time.LocalDate;

/** The daily closes of one symbol, oldest first. Immutable. */
public final class PriceHistory {

    private final String symbol;
    private final long[] epochDays;
    private final double[] closes;

    /**
     * Checks and copies.
     *
     * @param symbol ticker
     * @param epochDays trading dates as days since 1970-01-01, each later than the one before, at least one
     * @param closes the close of each, positive and finite
     * @throws IllegalArgumentException when an argument is not so
     */
    public PriceHistory(String symbol, long[] epochDays, double[] closes) {
        if (epochDays.length == 0 || epochDays.length != closes.length) {
            throw new IllegalArgumentException("prices of " + symbol + ": one close for each of at least one date is"
                    + " expected, not " + closes.length + " closes for " + epochDays.length + " dates");
        }
        for (int i = 0; i < closes.length; i++) {
            if (!(closes[i] > 0 && closes[i] < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("prices of " + symbol + ": the close of "
                        + LocalDate.ofEpochDay(epochDays[i]) + " must be positive, not " + closes[i]);
            }
            if (i > 0 && epochDays[i] <= epochDays[i - 1]) {
                throw new IllegalArgumentException("prices of " + symbol + ": dates must ascend, and "
                        + LocalDate.ofEpochDay(epochDays[i]) + " does not follow "
                        + LocalDate.ofEpochDay(epochDays[i - 1]));
            }
        }
        this.symbol = symbol;
        this.epochDays = epochDays.clone();
        this.closes = closes.clone();
    }

    /** The ticker. */
    public String symbol() {
        return symbol;
    }

    /** How many closes there are; at least one. */
    public int size() {
        return closes.length;
    }

    /** The date of close {@code index} as days since 1970-01-01. */
    public long epochDay(int index) {
        return epochDays[index];
    }

    /** Close {@code index}, in the symbol's currency. */
    public double close(int index) {
        return closes[index];
    }

    /** The date of the newest close. */
    public LocalDate newestDate() {
        return LocalDate.ofEpochDay(epochDays[size() - 1]);
    }

    /** The newest close. */
    public double newestClose() {
        return closes[size() - 1];
    }
}
