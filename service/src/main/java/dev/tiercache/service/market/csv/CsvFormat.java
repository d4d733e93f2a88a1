package dev.tiercache.service.market.csv;

import dev.tiercache.service.market.MarketBreadth;
import dev.tiercache.service.market.MarketData.Holding;
import dev.tiercache.service.market.MarketDataException;
import dev.tiercache.service.market.OptionsActivity;
import dev.tiercache.service.market.PriceHistory;
import dev.tiercache.service.market.csv.CsvTable.Row;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The one definition of market data as text, wherever it comes from:
 *
 * <pre>
 * prices      date,close                                              (further columns, such as volume, may be there)
 * options     date,put_call_ratio,iv_skew,volume_ratio                the last row counts; a value may be empty
 * breadth     date,advancing,declining,volume_ratio,spread_bps        the last row counts; a value may be empty
 * portfolio   symbol,quantity
 * </pre>
 *
 * Rows are in the order of their dates. What is wrong is named with the text's name and the line.
 */
public final class CsvFormat {

    private static final Pattern TICKER = Pattern.compile("[A-Z0-9][A-Z0-9.^=-]{0,14}");

    private CsvFormat() {}

    /**
     * Daily closes.
     *
     * @param symbol whose they are
     * @param name the text's name, for errors
     */
    public static PriceHistory prices(String symbol, String name, String text) throws MarketDataException {
        List<Row> rows = dated(name, text, List.of("date", "close"));
        if (rows.isEmpty()) {
            throw new MarketDataException(name + " has no rows");
        }
        long[] days = new long[rows.size()];
        double[] closes = new double[rows.size()];
        for (int i = 0; i < closes.length; i++) {
            days[i] = rows.get(i).date("date").toEpochDay();
            closes[i] = rows.get(i).positive("close");
        }
        return new PriceHistory(symbol, days, closes);
    }

    /** The newest options activity; empty where there are no rows. */
    public static Optional<OptionsActivity> options(String name, String text) throws MarketDataException {
        OptionsActivity newest = null;
        for (Row row : dated(name, text, List.of("date", "put_call_ratio", "iv_skew", "volume_ratio"))) {
            newest = new OptionsActivity(
                    row.date("date"),
                    row.amountOrMissing("put_call_ratio"),
                    row.numberOrMissing("iv_skew"),
                    row.amountOrMissing("volume_ratio"));
        }
        return Optional.ofNullable(newest);
    }

    /** The newest breadth; empty where there are no rows. */
    public static Optional<MarketBreadth> breadth(String name, String text) throws MarketDataException {
        MarketBreadth newest = null;
        for (Row row : dated(name, text, List.of("date", "advancing", "declining", "volume_ratio", "spread_bps"))) {
            newest = new MarketBreadth(
                    row.date("date"),
                    row.amountOrMissing("advancing"),
                    row.amountOrMissing("declining"),
                    row.amountOrMissing("volume_ratio"),
                    row.amountOrMissing("spread_bps"));
        }
        return Optional.ofNullable(newest);
    }

    /** What a user holds. */
    public static List<Holding> portfolio(String name, String text) throws MarketDataException {
        List<Holding> holdings = new ArrayList<>();
        for (Row row : new CsvTable(name, text, List.of("symbol", "quantity")).rows()) {
            if (!TICKER.matcher(row.text("symbol")).matches()) {
                throw row.wrong("symbol", "a ticker such as AAPL");
            }
            holdings.add(new Holding(row.text("symbol"), row.positive("quantity")));
        }
        return List.copyOf(holdings);
    }

    /** Rows whose dates ascend. */
    private static List<Row> dated(String name, String text, List<String> columns) throws MarketDataException {
        List<Row> rows = new CsvTable(name, text, columns).rows();
        LocalDate before = LocalDate.MIN;
        for (Row row : rows) {
            LocalDate date = row.date("date");
            if (!date.isAfter(before)) {
                throw row.wrong("date", "later than " + before);
            }
            before = date;
        }
        return rows;
    }
}
