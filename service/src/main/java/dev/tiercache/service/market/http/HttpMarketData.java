package dev.tiercache.service.market.http;

import dev.tiercache.service.market.MarketBreadth;
import dev.tiercache.service.market.MarketData;
import dev.tiercache.service.market.MarketDataException;
import dev.tiercache.service.market.OptionsActivity;
import dev.tiercache.service.market.PriceHistory;
import dev.tiercache.service.market.csv.CsvFormat;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Market data from a server: {@code GET} of {@code /prices/AAPL}, {@code /options/AAPL}, {@code /breadth} and
 * {@code /portfolios/alice} below a base URL, each answered with text as {@link CsvFormat} says, or 404 where there is
 * none.
 *
 * <p>Answers are kept for all users together, for as long as {@link HttpSourceLimits} says. A portfolio that was read
 * before is given at once and read again behind the answer where it decides which report is asked for: nobody who asks
 * for one that is there waits for this source. A report itself ({@link #telling}) is made of a fresh one.
 */
public final class HttpMarketData implements MarketData, AutoCloseable {

    private static final Provenance PROVENANCE = new Provenance("http", "Market data server", false);

    /** Two thousand series of two years. */
    private static final long MOST_PRICE_BYTES = 32L << 20;

    private static final long MOST_OTHERS = 10_000;

    private final SourceClient client;
    private final Copies<Optional<PriceHistory>> prices;
    private final Copies<Optional<OptionsActivity>> options;
    private final Copies<Optional<MarketBreadth>> breadth;
    private final Copies<List<Holding>> portfolios;
    private final CopyListener listener;
    /** Whether it is asked for a report, whose weights come of the portfolio, and not for which report is meant. */
    private final boolean forReport;

    /**
     * Asks below {@code base}.
     *
     * @param base http or https, without a query; a slash at its end does not count
     * @param key what the source asks for, as {@code Authorization: Bearer}
     */
    public HttpMarketData(URI base, ApiKey key, HttpSourceLimits limits, MeterRegistry registry) {
        SourceMeters meters = new SourceMeters(registry);
        client = new SourceClient(URI.create(base.toString().replaceFirst("/+$", "")), key, limits, meters);
        prices = new Copies<>(
                Kind.PRICES,
                MOST_PRICE_BYTES,
                HttpMarketData::bytes,
                Optional::isPresent,
                limits,
                meters,
                this::fetchPrices);
        options = new Copies<>(
                Kind.OPTIONS, MOST_OTHERS, one -> 1, Optional::isPresent, limits, meters, this::fetchOptions);
        breadth = new Copies<>(Kind.BREADTH, 1, one -> 1, Optional::isPresent, limits, meters, this::fetchBreadth);
        portfolios =
                new Copies<>(Kind.PORTFOLIO, MOST_OTHERS, one -> 1, any -> true, limits, meters, this::fetchPortfolio);
        listener = (kind, name, from) -> {};
        forReport = false;
    }

    private HttpMarketData(HttpMarketData same, CopyListener listener) {
        client = same.client;
        prices = same.prices;
        options = same.options;
        breadth = same.breadth;
        portfolios = same.portfolios;
        this.listener = listener;
        this.forReport = true;
    }

    @Override
    public Provenance provenance() {
        return PROVENANCE;
    }

    @Override
    public MarketData telling(CopyListener listener) {
        return new HttpMarketData(this, listener);
    }

    @Override
    public Optional<PriceHistory> prices(String symbol) throws MarketDataException {
        return prices.get(symbol, listener);
    }

    @Override
    public Optional<OptionsActivity> options(String symbol) throws MarketDataException {
        return options.get(symbol, listener);
    }

    @Override
    public Optional<MarketBreadth> breadth() throws MarketDataException {
        return breadth.get("", listener);
    }

    @Override
    public List<Holding> portfolio(String userId) throws MarketDataException {
        return forReport ? portfolios.get(userId, listener) : portfolios.soon(userId, listener);
    }

    private Optional<PriceHistory> fetchPrices(String symbol) throws MarketDataException {
        return client.ask(
                Kind.PRICES, "/prices/" + encoded(symbol), (name, text) -> CsvFormat.prices(symbol, name, text));
    }

    private Optional<OptionsActivity> fetchOptions(String symbol) throws MarketDataException {
        return client.ask(Kind.OPTIONS, "/options/" + encoded(symbol), CsvFormat::options)
                .flatMap(newest -> newest);
    }

    private Optional<MarketBreadth> fetchBreadth(String none) throws MarketDataException {
        return client.ask(Kind.BREADTH, "/breadth", CsvFormat::breadth).flatMap(newest -> newest);
    }

    private List<Holding> fetchPortfolio(String userId) throws MarketDataException {
        // Dots alone would lead to another place: a path with them is shortened on its way.
        return userId.matches("\\.{1,2}")
                ? List.of()
                : client.ask(Kind.PORTFOLIO, "/portfolios/" + encoded(userId), CsvFormat::portfolio)
                        .orElse(List.of());
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Heap that a series takes, about. */
    private static int bytes(Optional<PriceHistory> prices) {
        return 200 + prices.map(PriceHistory::size).orElse(0) * (Long.BYTES + Double.BYTES);
    }

    @Override
    public void close() {
        client.close();
    }
}
