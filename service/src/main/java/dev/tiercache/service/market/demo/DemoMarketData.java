package dev.tiercache.service.market.demo;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tiercache.service.market.MarketBreadth;
import dev.tiercache.service.market.MarketData;
import dev.tiercache.service.market.OptionsActivity;
import dev.tiercache.service.market.PriceHistory;
import dev.tiercache.service.market.TradingCalendar;
import dev.tiercache.service.market.demo.DemoMarket.Mood;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Market data made by rule: two years of closes up to the last trading day before today in New York, the same for
 * everyone who asks on one day.
 *
 * <p>Every ticker is known, except those that start with {@value #UNKNOWN_PREFIX}, so that an unknown one can be shown.
 * One that starts with {@value #NEW_PREFIX} was listed {@value #NEW_DAYS} trading days ago. Tickers with {@code ^} or
 * {@code =} (indices, currencies, futures) have no options. Nobody has a portfolio.
 */
public final class DemoMarketData implements MarketData {

    /** Tickers that start so are not known. */
    public static final String UNKNOWN_PREFIX = "ZZZ";

    /** Tickers that start so have a short history. */
    public static final String NEW_PREFIX = "ZNEW";

    /** The trading days that a {@value #NEW_PREFIX} ticker has. */
    public static final int NEW_DAYS = 30;

    /** The benchmark: the demo market itself. */
    public static final String MARKET_SYMBOL = "SPY";

    private static final int HISTORY_DAYS = 504;

    /** 8 KB each. */
    private static final int KEPT_SERIES = 512;

    private static final Provenance PROVENANCE = new Provenance("demo", "Demo data", true);

    private record SeriesKey(String symbol, LocalDate last) {}

    private record Snapshot(LocalDate last, DemoMarket market) {}

    private final Clock clock;
    private final Cache<SeriesKey, PriceHistory> series =
            Caffeine.newBuilder().maximumSize(KEPT_SERIES).build();
    private volatile Snapshot snapshot;

    /** Demo data up to the trading day before {@code clock}'s. */
    public DemoMarketData(Clock clock) {
        this.clock = clock;
        snapshot = walk(lastDay());
    }

    @Override
    public Provenance provenance() {
        return PROVENANCE;
    }

    @Override
    public Optional<PriceHistory> prices(String symbol) {
        Snapshot now = current();
        if (!isKnown(symbol) || now.market.size() == 0) {
            return Optional.empty();
        }
        return Optional.of(series.get(new SeriesKey(symbol, now.last), key -> priceWalk(symbol, now.market)));
    }

    @Override
    public Optional<OptionsActivity> options(String symbol) {
        DemoMarket market = current().market;
        if (!isKnown(symbol) || market.size() == 0 || symbol.indexOf('^') >= 0 || symbol.indexOf('=') >= 0) {
            return Optional.empty();
        }
        int newest = market.size() - 1;
        long day = market.day(newest);
        Noise traits = new Noise(symbol + "/options");
        double fear = market.mood(newest).ordinal() - 1; // calm -1, usual 0, nervous 1, panic 2
        double putCall = 0.7 + 0.10 * fear + 0.15 * traits.bell(-1) + 0.15 * new Noise(symbol + "/pcr").bell(day);
        double skew = 0.01 + 0.02 * fear + 0.03 * new Noise(symbol + "/skew").bell(day);
        double volume = 1 + 0.2 * fear + 0.35 * new Noise(symbol + "/contracts").bell(day);
        return Optional.of(new OptionsActivity(
                LocalDate.ofEpochDay(day),
                rounded(Math.max(putCall, 0.1)),
                rounded(skew),
                rounded(Math.max(volume, 0.1))));
    }

    @Override
    public Optional<MarketBreadth> breadth() {
        DemoMarket market = current().market;
        if (market.size() == 0) {
            return Optional.empty();
        }
        int newest = market.size() - 1;
        long day = market.day(newest);
        Mood mood = market.mood(newest);
        double share = 0.5 + 12 * market.marketReturn(newest) + 0.05 * new Noise("breadth").bell(day);
        double advancing = Math.rint(2900 * Math.clamp(share, 0.02, 0.98));
        double volume = 1 + 0.15 * (mood.ordinal() - 1) + 0.12 * new Noise("volume").bell(day);
        double spread = 4 + 4.0 * mood.ordinal() + 1.5 * new Noise("spread").bell(day);
        return Optional.of(new MarketBreadth(
                LocalDate.ofEpochDay(day),
                advancing,
                2900 - advancing,
                rounded(Math.max(volume, 0.1)),
                rounded(Math.max(spread, 1))));
    }

    @Override
    public List<Holding> portfolio(String userId) {
        return List.of();
    }

    private static boolean isKnown(String symbol) {
        return !symbol.startsWith(UNKNOWN_PREFIX);
    }

    /**
     * A symbol's closes: each day beta times the market's return, plus a move of its own whose size is the symbol's and
     * whose spread is the mood's.
     */
    private static PriceHistory priceWalk(String symbol, DemoMarket market) {
        Noise traits = new Noise(symbol);
        boolean isMarket = symbol.equals(MARKET_SYMBOL);
        double beta = isMarket ? 1 : 0.6 + 0.9 * traits.uniform(-1);
        double ownDeviation = isMarket ? 0 : 0.005 + 0.011 * traits.uniform(-2);
        double ownMean = isMarket ? 0 : 0.0001 * traits.bell(-3);
        double price = isMarket ? 200 : 20 + 280 * traits.uniform(-4);
        Noise own = new Noise(symbol + "/own");
        double[] closes = new double[market.size()];
        for (int i = 0; i < closes.length; i++) {
            double ownMove = ownMean + ownDeviation * market.mood(i).spread * own.bell(market.day(i));
            price *= 1 + beta * market.marketReturn(i) + ownMove;
            closes[i] = rounded(price);
        }
        int kept = Math.min(symbol.startsWith(NEW_PREFIX) ? NEW_DAYS : HISTORY_DAYS, closes.length);
        int from = closes.length - kept;
        return new PriceHistory(symbol, market.daysFrom(from), Arrays.copyOfRange(closes, from, closes.length));
    }

    private LocalDate lastDay() {
        return TradingCalendar.lastBefore(LocalDate.ofInstant(clock.instant(), TradingCalendar.NEW_YORK));
    }

    /** The market up to the last trading day; walked again, perhaps by two threads at once, when a day has passed. */
    private Snapshot current() {
        LocalDate last = lastDay();
        Snapshot known = snapshot;
        if (!known.last.equals(last)) {
            known = walk(last);
            snapshot = known;
        }
        return known;
    }

    private static Snapshot walk(LocalDate last) {
        return new Snapshot(last, new DemoMarket(last));
    }

    /** To four decimals, as quotes are. */
    private static double rounded(double value) {
        return Math.rint(value * 1e4) / 1e4;
    }
}
