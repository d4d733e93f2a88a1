package dev.tiercache.service.market.csv;

import dev.tiercache.service.market.MarketBreadth;
import dev.tiercache.service.market.MarketData;
import dev.tiercache.service.market.MarketDataException;
import dev.tiercache.service.market.OptionsActivity;
import dev.tiercache.service.market.PriceHistory;
import dev.tiercache.service.market.csv.WatchedFiles.Found;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Market data from a folder, read again when its files change: {@code prices/AAPL.csv}, {@code options/AAPL.csv},
 * {@code breadth.csv} and {@code portfolios/alice.csv}, each as {@link CsvFormat} says. A symbol without a file of prices
 * is not known; all other files may be missing.
 */
public final class CsvMarketData implements MarketData {

    private static final Provenance PROVENANCE = new Provenance("csv", "CSV files", false);

    /** A name that is one name in a folder, and nothing hidden. */
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_.@^=-]{1,64}");

    private static final int KEPT_FILES = 1024;

    private final Path folder;
    private final WatchedFiles<PriceHistory> prices;
    private final WatchedFiles<Optional<OptionsActivity>> options;
    private final WatchedFiles<Optional<MarketBreadth>> breadth;
    private final WatchedFiles<List<Holding>> portfolios;
    private final CopyListener listener;

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
        prices = new WatchedFiles<>(folder, KEPT_FILES, CsvMarketData::prices);
        options = new WatchedFiles<>(folder, KEPT_FILES, CsvFormat::options);
        breadth = new WatchedFiles<>(folder, 1, CsvFormat::breadth);
        portfolios = new WatchedFiles<>(folder, KEPT_FILES, CsvFormat::portfolio);
        listener = (kind, name, from) -> {};
    }

    private CsvMarketData(CsvMarketData same, CopyListener listener) {
        folder = same.folder;
        prices = same.prices;
        options = same.options;
        breadth = same.breadth;
        portfolios = same.portfolios;
        this.listener = listener;
    }

    @Override
    public MarketData telling(CopyListener listener) {
        return new CsvMarketData(this, listener);
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
        Optional<PriceHistory> found = told(Kind.PRICES, symbol, prices.get("prices/" + symbol + ".csv"));
        if (found.isEmpty() && !Files.isDirectory(folder.resolve("prices"))) {
            throw new MarketDataException("the folder prices is gone"); // a volume that went away knows no symbols
        }
        return found;
    }

    @Override
    public Optional<OptionsActivity> options(String symbol) throws MarketDataException {
        return isFileName(symbol)
                ? told(Kind.OPTIONS, symbol, options.get("options/" + symbol + ".csv"))
                        .flatMap(newest -> newest)
                : Optional.empty();
    }

    @Override
    public Optional<MarketBreadth> breadth() throws MarketDataException {
        return told(Kind.BREADTH, "", breadth.get("breadth.csv")).flatMap(newest -> newest);
    }

    @Override
    public List<Holding> portfolio(String userId) throws MarketDataException {
        return isFileName(userId)
                ? told(Kind.PORTFOLIO, userId, portfolios.get("portfolios/" + userId + ".csv"))
                        .orElse(List.of())
                : List.of();
    }

    private <T> Optional<T> told(Kind kind, String name, Optional<Found<T>> found) {
        found.ifPresent(file -> {
            Instant from = file.copyFrom();
            if (from != null) {
                listener.used(kind, name, from);
            }
        });
        return found.map(Found::value);
    }

    private static boolean isFileName(String name) {
        return FILE_NAME.matcher(name).matches();
    }

    private static PriceHistory prices(String name, String text) throws MarketDataException {
        return CsvFormat.prices(name.substring("prices/".length(), name.length() - ".csv".length()), name, text);
    }
}
