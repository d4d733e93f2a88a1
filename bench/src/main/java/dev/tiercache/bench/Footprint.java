package dev.tiercache.bench;

import dev.tiercache.bench.load.HttpConnection;
import dev.tiercache.bench.process.Http;
import dev.tiercache.bench.process.RedisProcess;
import dev.tiercache.bench.process.ServiceProcess;
import dev.tiercache.bench.process.Workspace;
import dev.tiercache.bench.report.Chart;
import dev.tiercache.bench.report.Machine;
import dev.tiercache.bench.report.Result;
import dev.tiercache.bench.report.Svg;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** B7: how long the service takes from its start to its first report, and how much memory it takes, with an AOT cache. */
final class Footprint implements Benchmark {

    private static final String PLAIN = "plain";
    private static final String AOT = "AOT cache";
    private static final String MAIN = "dev.tiercache.service.Application";
    private static final String REPORT = "/api/investor-report?user_id=ada&symbols=AAPL,MSFT";
    private static final int REQUESTS = 2_000;
    private static final long MAX_START_NANOS = 120_000_000_000L;

    private record Sample(double firstReportMillis, double peakMebibytes) {}

    @Override
    public String name() {
        return "b7";
    }

    @Override
    public String title() {
        return "start and memory";
    }

    @Override
    public String method() {
        return "From the start of the process until the first report has been answered, asked every 5 ms; then 2,000 more"
                + " requests, and the most memory that was ever resident (VmHWM of `/proc`). The service's jars with the"
                + " image's flags, and what the JVM takes from a container's limit of 512 MiB and has to be told here:"
                + " -XX:MaxRAM and the serial collector. The AOT cache (JEP 483, 514, 515) comes from one training run of a"
                + " start and a few requests. Five starts each, in turns.";
    }

    @Override
    public Outcome run(Setting setting) {
        RedisProcess redis = new RedisProcess(setting.workspace());
        Path cache = setting.workspace().folder("b7").resolve("service.aot");
        train(setting, redis, cache);
        Rounds<Sample> rounds = new Rounds<>();
        for (int round = 0; round < setting.times(5, 2); round++) {
            rounds.add(PLAIN, sample(setting, redis, List.of()));
            rounds.add(AOT, sample(setting, redis, List.of("-XX:AOTCache=" + cache)));
        }
        redis.child().close();
        return new Outcome(results(rounds, cache), List.of(chart(rounds)));
    }

    private static void train(Setting setting, RedisProcess redis, Path cache) {
        ServiceProcess service = launch(setting, redis, List.of("-XX:AOTCacheOutput=" + cache));
        service.awaitReady();
        for (int i = 0; i < 20; i++) {
            Http.ok(service.url(REPORT));
        }
        service.child().terminate();
        if (!Files.exists(cache)) {
            throw new IllegalStateException(
                    "no AOT cache came of the training run: " + service.child().log());
        }
    }

    private static Sample sample(Setting setting, RedisProcess redis, List<String> flags) {
        Machine.awaitQuiet();
        long start = System.nanoTime();
        ServiceProcess service = launch(setting, redis, flags);
        while (!answers(service)) {
            if (System.nanoTime() - start > MAX_START_NANOS) {
                throw new IllegalStateException(
                        "no report after 120 s: " + service.child().log());
            }
            LockSupport.parkNanos(5_000_000);
        }
        double millis = (System.nanoTime() - start) / 1e6;
        try (HttpConnection connection = new HttpConnection(service.port())) {
            for (int i = 0; i < REQUESTS; i++) {
                connection.get(REPORT);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        double peak = service.child().peakBytes() / (1024.0 * 1024);
        service.child().close();
        return new Sample(millis, peak);
    }

    private static ServiceProcess launch(Setting setting, RedisProcess redis, List<String> more) {
        List<String> flags = new ArrayList<>(setting.build().imageFlags());
        flags.add("-XX:MaxRAM=512m");
        if (flags.stream().noneMatch(flag -> flag.matches("-XX:\\+Use\\w*GC"))) {
            flags.add("-XX:+UseSerialGC");
        }
        flags.addAll(more);
        return ServiceProcess.launch(
                setting.workspace(), flags, setting.build().serviceClasspath(), MAIN, Map.of("REDIS_URL", redis.url()));
    }

    private static boolean answers(ServiceProcess service) {
        try (HttpConnection connection = new HttpConnection(service.port())) {
            return connection.get(REPORT) == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static List<Result> results(Rounds<Sample> rounds, Path cache) {
        double start = rounds.median(AOT, Sample::firstReportMillis);
        double peak = rounds.median(AOT, Sample::peakMebibytes);
        return List.of(
                Result.of("b7", "start to first report, with an AOT cache", "ms", start)
                        .atMost(2_000)
                        .beside(
                                PLAIN,
                                rounds.median(PLAIN, Sample::firstReportMillis),
                                rounds.ratio(AOT, PLAIN, Sample::firstReportMillis)),
                Result.of("b7", "peak of resident memory, with an AOT cache", "MiB", peak)
                        .atMost(220)
                        .beside(
                                PLAIN,
                                rounds.median(PLAIN, Sample::peakMebibytes),
                                rounds.ratio(AOT, PLAIN, Sample::peakMebibytes)),
                Result.of("b7", "size of the AOT cache", "MiB", Workspace.bytes(cache) / (1024.0 * 1024)));
    }

    private static Chart chart(Rounds<Sample> rounds) {
        String title = "From the start of the process to its first report";
        return new Chart(
                "performance-b7.svg",
                title,
                Svg.bars(
                        title,
                        "ms",
                        List.of(
                                new Svg.Bar("with an AOT cache", rounds.median(AOT, Sample::firstReportMillis), true),
                                new Svg.Bar(PLAIN, rounds.median(PLAIN, Sample::firstReportMillis), false))));
    }
}
