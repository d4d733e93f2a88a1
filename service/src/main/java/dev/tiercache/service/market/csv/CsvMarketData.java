package dev.tiercache.service.market.csv;

import dev.tiercache.service.market.MarketBreadth;
import dev.tiercache.service.market.MarketData;
import dev.tiercache.service.market.MarketDataException;
import dev.tiercache.service.market.OptionsActivity;
import dev.tiercache.service.market.PriceHistory;
import dev.tiercache.service.market.csv.CsvTable.Row;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Market data from a folder, read again when its files change:
 *
 * <pre>
 * prices/AAPL.csv       date,close                                              (further columns, such as volume, may be there)
 * options/AAPL.csv      date,put_call_ratio,iv_skew,volume_ratio                the last row counts; a value may be empty
 * breadth.csv           date,advancing,declining,volume_ratio,spread_bps        the last row counts; a value may be empty
 * portfolios/alice.csv  symbol,quantity
 * </pre>
 *
 * Rows are in the order of their dates. A symbol without a file of prices is not known; all other files may be missing.
 */
public final class CsvMarketData implements MarketData {

    private static final Provenance PROVENANCE = new Provenance("csv", "CSV files", false);

    /** A name that is one name in a folder, and nothing hidden. */
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_.@^=-]{1,64}");

    private static final Pattern TICKER = Pattern.compile("[A-Z0-9][A-Z0-9.^=-]{0,14}");

    private static final int KEPT_FILES = 1024;

    private final Path folder;
    private final WatchedFiles<PriceHistory> prices;
    private final WatchedFiles<Optional<OptionsActivity>> options;
    private final WatchedFiles<Optional<MarketBreadth>> breadth;
    private final WatchedFiles<List<Holding>> portfolios;

    /**
     * Reads from {@code folder}.
     *
     * @throws IllegalArgumentException when it has no folder {@code prices}
     */
    public CsvMarketData(Path folder) {
        if (!Files.isDirectory(folder.resolve("prices"))) {
            throw new IllegalArgumentException(
                    "the folder of market data " + folder + " must have a folder prices with a file for each symbol");
        }
        this.folder = folder;
        prices = new WatchedFiles<>(folder, KEPT_FILES, CsvMarketData::parsePrices);
        options = new WatchedFiles<>(folder, KEPT_FILES, CsvMarketData::parseOptions);
        breadth = new WatchedFiles<>(folder, 1, CsvMarketData::parseBreadth);
        portfolios = new WatchedFiles<>(folder, KEPT_FILES, CsvMarketData::parsePortfolio);
    }

    @Override
    public Provenance provenance() {
        return PROVENANCE;
    }

    @Override
    public Optional<PriceHistory> prices(String symbol) throws MarketDataException {
        if (!isFileName(symbol)) {
            return Optional.empty();
        }
        Optional<PriceHistory> found = prices.get("prices/" + symbol + ".csv");
        if (found.isEmpty() && !Files.isDirectory(folder.resolve("prices"))) {
            throw new MarketDataException("the folder prices is gone"); // a volume that went away knows no symbols
        }
        return found;
    }

    @Override
    public Optional<OptionsActivity> options(String symbol) throws MarketDataException {
        return isFileName(symbol)
                ? options.get("options/" + symbol + ".csv").flatMap(newest -> newest)
                : Optional.empty();
    }

    @Override
    public Optional<MarketBreadth> breadth() throws MarketDataException {
        return breadth.get("breadth.csv").flatMap(newest -> newest);
    }

    @Override
    public List<Holding> portfolio(String userId) throws MarketDataException {
        return isFileName(userId)
                ? portfolios.get("portfolios/" + userId + ".csv").orElse(List.of())
                : List.of();
    }

    private static boolean isFileName(String name) {
        return FILE_NAME.matcher(name).matches();
    }

    private static PriceHistory parsePrices(String name, String text) throws MarketDataException {
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
        String file = name.substring(name.lastIndexOf('/') + 1);
        return new PriceHistory(file.substring(0, file.length() - ".csv".length()), days, closes);
    }

    private static Optional<OptionsActivity> parseOptions(String name, String text) throws MarketDataException {
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

    private static Optional<MarketBreadth> parseBreadth(String name, String text) throws MarketDataException {
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

    private static List<Holding> parsePortfolio(String name, String text) throws MarketDataException {
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
