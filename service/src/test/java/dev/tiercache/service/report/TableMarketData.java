package dev.tiercache.service.report;

import dev.tiercache.service.market.MarketBreadth;
import dev.tiercache.service.market.MarketData;
import dev.tiercache.service.market.MarketDataException;
import dev.tiercache.service.market.OptionsActivity;
import dev.tiercache.service.market.PriceHistory;
import dev.tiercache.service.market.TradingCalendar;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Market data that a test has written down, parts of which it can take away. */
final class TableMarketData implements MarketData {

    /** What can be out of reach. */
    enum Part {
        PRICES,
        OPTIONS,
        BREADTH,
        PORTFOLIO
    }

    static final LocalDate NEWEST = LocalDate.of(2025, 11, 21);

    final Set<Part> down = EnumSet.noneOf(Part.class);
    private final Map<String, PriceHistory> prices = new HashMap<>();
    private final Map<String, OptionsActivity> options = new HashMap<>();
    private final Map<String, List<Holding>> portfolios = new HashMap<>();
    private @Nullable MarketBreadth breadth;

    /** Closes of trading days that end with {@code newest}. */
    TableMarketData closes(String symbol, LocalDate newest, double... closes) {
        long[] days = new long[closes.length];
        LocalDate day = newest;
        for (int i = closes.length - 1; i >= 0; i--) {
            days[i] = day.toEpochDay();
            day = TradingCalendar.lastBefore(day);
        }
        prices.put(symbol, new PriceHistory(symbol, days, closes));
        return this;
    }

    TableMarketData prices(PriceHistory history) {
        prices.put(history.symbol(), history);
        return this;
    }

    /** {@code count} closes of noise about a drift. */
    TableMarketData walk(String symbol, int count, double drift, double deviation) {
        return closes(symbol, NEWEST, noise(symbol, count, drift, deviation));
    }

    static double[] noise(String symbol, int count, double drift, double deviation) {
        Random random = new Random(symbol.hashCode());
        double[] closes = new double[count];
        double close = 100;
        for (int i = 0; i < count; i++) {
            closes[i] = close;
            close *= 1 + drift + deviation * random.nextGaussian();
        }
        return closes;
    }

    TableMarketData options(String symbol, LocalDate date, double putCallRatio, double ivSkew, double volumeRatio) {
        options.put(symbol, new OptionsActivity(date, putCallRatio, ivSkew, volumeRatio));
        return this;
    }

    TableMarketData breadth(MarketBreadth value) {
        breadth = value;
        return this;
    }

    TableMarketData holding(String userId, String symbol, double quantity) {
        portfolios.computeIfAbsent(userId, none -> new ArrayList<>()).add(new Holding(symbol, quantity));
        return this;
    }

    @Override
    public Provenance provenance() {
        return new Provenance("table", "Table", false);
    }

    @Override
    public Optional<PriceHistory> prices(String symbol) throws MarketDataException {
        return answer(Part.PRICES, Optional.ofNullable(prices.get(symbol)));
    }

    @Override
    public Optional<OptionsActivity> options(String symbol) throws MarketDataException {
        return answer(Part.OPTIONS, Optional.ofNullable(options.get(symbol)));
    }

    @Override
    public Optional<MarketBreadth> breadth() throws MarketDataException {
        return answer(Part.BREADTH, Optional.ofNullable(breadth));
    }

    @Override
    public List<Holding> portfolio(String userId) throws MarketDataException {
        return answer(Part.PORTFOLIO, portfolios.getOrDefault(userId, List.of()));
    }

    private <T> T answer(Part part, T value) throws MarketDataException {
        if (down.contains(part)) {
            throw new MarketDataException("the table of " + part + " is out of reach");
        }
        return value;
    }
}
