package dev.tiercache.bench.jmh;

import dev.tiercache.bench.jmh.Alternation.Sample;
import dev.tiercache.bench.jmh.Alternation.Trial;
import dev.tiercache.bench.report.Result;
import dev.tiercache.service.analytics.Phase4Signals;
import dev.tiercache.service.market.demo.DemoMarketData;
import dev.tiercache.service.report.MarketReportSource;
import dev.tiercache.service.report.ReportException;
import dev.tiercache.service.report.ReportRequest;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What the maths of a report takes: the four signals of one asset, and the whole report of as many symbols as a request
 * may have, with the panel, all signals and actions, over 252 days.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ReportMaths {

    static final List<Trial> TRIALS =
            List.of(new Trial("ReportMaths.fourSignals", 1), new Trial("ReportMaths.fiftySymbols", 1));

    private static final int DAYS = 252;

    /** The figures, against the goals of a millisecond's budget. */
    static List<Result> results(Alternation runs) {
        return List.of(
                result("B8 signals", "The four Phase 4 signals of one asset, 252 days", runs.of(TRIALS.getFirst()))
                        .atMost(10),
                result("B8 report", "A whole report of 50 symbols, 252 days, data in memory", runs.of(TRIALS.getLast()))
                        .atMost(50));
    }

    private static Result result(String name, String what, List<Sample> samples) {
        double[] sorted = samples.stream().mapToDouble(Sample::score).sorted().toArray();
        return Result.of(name, what, "ms", sorted[sorted.length / 2] / 1e6)
                .noting("median of " + sorted.length + " JVMs, by the clock, one thread");
    }

    /** Options flow, residual momentum beside a sector, seasonality, breadth. */
    @Benchmark
    public void fourSignals(Asset asset, Blackhole sink) {
        sink.consume(Phase4Signals.optionsFlowComposite(0.62, 0.03, 1.4));
        sink.consume(Phase4Signals.residualMomentum(asset.returns, asset.market, asset.sector));
        sink.consume(Phase4Signals.seasonalityScore(asset.days, asset.returns));
        sink.consume(Phase4Signals.breadthLiquidity(1_800, 1_100, 1.2, 6));
    }

    /** From series in memory to the bytes of the report. */
    @Benchmark
    public byte[] fiftySymbols(Market market) throws ReportException {
        return market.source.report(market.request);
    }

    /** One asset with its market and its sector. */
    @State(Scope.Benchmark)
    public static class Asset {
        private final Random random = new Random(8);
        private final double[] market = random.doubles(DAYS, -0.02, 0.021).toArray();
        private final double[] sector = beside(market);
        private final double[] returns = beside(sector);
        private final long[] days = LongStream.iterate(LocalDate.of(2025, 1, 2).toEpochDay(), day -> day + 1)
                .filter(day -> LocalDate.ofEpochDay(day).getDayOfWeek().getValue() <= 5)
                .limit(DAYS)
                .toArray();

        private double[] beside(double[] series) {
            return Arrays.stream(series)
                    .map(r -> r + random.nextDouble(-0.01, 0.01))
                    .toArray();
        }
    }

    /** The demo market, whose series are made on first use and kept. */
    @State(Scope.Benchmark)
    public static class Market {
        private final MarketReportSource source = new MarketReportSource(
                new DemoMarketData(Clock.fixed(Instant.parse("2026-07-25T12:00:00Z"), ZoneOffset.UTC)),
                List.of("AAPL"));
        private final ReportRequest request = new ReportRequest(
                "bench",
                IntStream.range(0, 50).mapToObj(i -> "SYM%02d".formatted(i)).toList());
    }
}
