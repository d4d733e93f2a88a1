package dev.tiercache.bench;

import dev.tiercache.bench.load.Herd;
import dev.tiercache.bench.process.Nginx;
import dev.tiercache.bench.process.Origin;
import dev.tiercache.bench.process.RedisProcess;
import dev.tiercache.bench.process.ServiceProcess;
import dev.tiercache.bench.process.Varnish;
import dev.tiercache.bench.report.Chart;
import dev.tiercache.bench.report.Machine;
import dev.tiercache.bench.report.Result;
import dev.tiercache.bench.report.Svg;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** B2: a key that nobody has is asked for by 50 clients at once, in front of an origin that takes 20 ms. */
final class ColdHerd implements Benchmark {

    private static final String OURS = "Tiercache";
    private static final String ONE = OURS + ", 1 instance";
    private static final String FOUR = OURS + ", 4 instances";
    private static final String NGINX = "nginx proxy_cache_lock";
    private static final String VARNISH = "Varnish";
    /** What counts as level with a peer. */
    private static final double LEVEL = 1.1;

    private static final int CLIENTS = 50;
    private static final int ORIGIN_MILLIS = 20;

    /** Enough for compiled code on the way of a miss. */
    private static final int WARM_KEYS = 300;

    /**
     * Who is asked.
     *
     * @param path makes a path of a key
     * @param originPath makes the path at the origin of a key
     */
    private record Contender(
            String name, List<Integer> ports, UnaryOperator<String> path, UnaryOperator<String> originPath) {

        /** New connections each time: servers close those that are idle while others are measured. */
        Herd herd() {
            try {
                return new Herd(CLIENTS, ports);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private record Sample(double p50Millis, double p99Millis, double perKey) {}

    @Override
    public String name() {
        return "b2";
    }

    @Override
    public String title() {
        return "cold herds";
    }

    @Override
    public String method() {
        return "50 clients with open connections ask for the same uncached key at one instant; the origin, one HTTP server"
                + " for all contenders, takes 20 ms. 20 keys a round, five rounds in turns; percentiles are over the 1,000"
                + " answers of a round, counted from that instant. The four instances share one Redis, and the clients are"
                + " spread over them.";
    }

    @Override
    public Outcome run(Setting setting) {
        byte[] body = ("{\"report\":\"" + "x".repeat(5_000) + "\"}").getBytes(StandardCharsets.UTF_8);
        try (Origin origin = new Origin(body, Duration.ofMillis(ORIGIN_MILLIS))) {
            List<Contender> contenders = contenders(setting, origin);
            for (Contender contender : contenders) {
                boolean jvm = contender.name().startsWith(OURS);
                warm(contender, jvm ? setting.times(WARM_KEYS, 10) : 2);
            }
            Rounds<Sample> rounds = new Rounds<>();
            for (int round = 0; round < setting.times(5, 2); round++) {
                for (Contender contender : contenders) {
                    Machine.awaitQuiet();
                    rounds.add(contender.name(), sample(contender, origin, round, setting.times(20, 3)));
                }
            }
            return new Outcome(results(rounds), List.of(chart(rounds)));
        }
    }

    private static List<Contender> contenders(Setting setting, Origin origin) {
        List<Contender> contenders = new ArrayList<>();
        UnaryOperator<String> report = key -> "/api/investor-report?user_id=" + key + "&symbols=AAPL";
        Map<String, Integer> sizes = new LinkedHashMap<>();
        sizes.put(ONE, 1);
        // Whoever only tries the harness need not wait for four.
        sizes.put(FOUR, setting.times(4, 2));
        sizes.forEach((name, size) -> {
            // Keys of one contender are not the other's: each has a Redis of its own.
            RedisProcess redis = new RedisProcess(setting.workspace());
            String prefix = size + "-";
            contenders.add(new Contender(
                    name,
                    instances(setting, redis, origin, size),
                    key -> report.apply(prefix + key),
                    key -> "/" + prefix + key));
        });
        Nginx nginx = new Nginx(setting.workspace(), origin.port());
        Varnish varnish = new Varnish(setting.workspace(), origin.port());
        contenders.add(new Contender(NGINX, List.of(nginx.port()), key -> "/n-" + key, key -> "/n-" + key));
        contenders.add(new Contender(VARNISH, List.of(varnish.port()), key -> "/v-" + key, key -> "/v-" + key));
        return contenders;
    }

    private static List<Integer> instances(Setting setting, RedisProcess redis, Origin origin, int size) {
        Map<String, String> environment =
                Map.of("REDIS_URL", redis.url(), "BENCH_ORIGIN", "http://127.0.0.1:" + origin.port());
        List<ServiceProcess> services = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            services.add(ServiceProcess.launch(
                    setting.workspace(),
                    setting.build().imageFlags(),
                    setting.build().serviceClasspathWithBenchmarks(),
                    "dev.tiercache.bench.peer.SlowOriginService",
                    environment));
        }
        services.forEach(ServiceProcess::awaitReady);
        return services.stream().map(ServiceProcess::port).toList();
    }

    private static void warm(Contender contender, int keys) {
        try (Herd herd = contender.herd()) {
            for (int i = 0; i < keys; i++) {
                herd.ask(contender.path().apply("warm" + i));
            }
        }
    }

    private static Sample sample(Contender contender, Origin origin, int round, int keys) {
        List<Double> millis = new ArrayList<>();
        long calls = 0;
        try (Herd herd = contender.herd()) {
            for (int i = 0; i < keys; i++) {
                String key = "r" + round + "k" + i;
                millis.addAll(herd.ask(contender.path().apply(key)));
                calls += origin.calls(contender.originPath().apply(key));
            }
        }
        List<Double> sorted = millis.stream().sorted().toList();
        return new Sample(sorted.get(sorted.size() / 2), sorted.get(sorted.size() * 99 / 100), (double) calls / keys);
    }

    private static List<Result> results(Rounds<Sample> rounds) {
        Result calls = Result.of("b2", "computations a key, 1 instance", "calls", rounds.median(ONE, Sample::perKey))
                .exactly(1)
                .beside(NGINX, rounds.median(NGINX, Sample::perKey), rounds.ratio(ONE, NGINX, Sample::perKey))
                .beside(VARNISH, rounds.median(VARNISH, Sample::perKey), rounds.ratio(ONE, VARNISH, Sample::perKey));
        Result callsOfFour = Result.of(
                        "b2", "computations a key, 4 instances together", "calls", rounds.median(FOUR, Sample::perKey))
                .exactly(1);
        Result p50 = Result.of("b2", "p50, 1 instance", "ms", rounds.median(ONE, Sample::p50Millis))
                .atMost(
                        0.1,
                        NGINX,
                        rounds.median(NGINX, Sample::p50Millis),
                        rounds.ratio(ONE, NGINX, Sample::p50Millis))
                .atMost(
                        LEVEL,
                        VARNISH,
                        rounds.median(VARNISH, Sample::p50Millis),
                        rounds.ratio(ONE, VARNISH, Sample::p50Millis));
        Result p99 = Result.of("b2", "p99, 1 instance", "ms", rounds.median(ONE, Sample::p99Millis))
                .atMost(ORIGIN_MILLIS + 15)
                .atMost(
                        0.1,
                        NGINX,
                        rounds.median(NGINX, Sample::p99Millis),
                        rounds.ratio(ONE, NGINX, Sample::p99Millis))
                .atMost(
                        LEVEL,
                        VARNISH,
                        rounds.median(VARNISH, Sample::p99Millis),
                        rounds.ratio(ONE, VARNISH, Sample::p99Millis));
        Result p50OfFour = Result.of("b2", "p50, 4 instances", "ms", rounds.median(FOUR, Sample::p50Millis));
        Result p99OfFour = Result.of("b2", "p99, 4 instances", "ms", rounds.median(FOUR, Sample::p99Millis))
                .noting("four JVMs and the clients share the machine's cores.");
        return List.of(calls, callsOfFour, p50, p99, p50OfFour, p99OfFour);
    }

    private static Chart chart(Rounds<Sample> rounds) {
        List<Svg.Bar> bars = new ArrayList<>();
        for (String name : List.of(ONE, FOUR, VARNISH, NGINX)) {
            bars.add(new Svg.Bar(name, rounds.median(name, Sample::p99Millis), name.startsWith(OURS)));
        }
        String title = "A cold herd of 50 on an origin of 20 ms, p99";
        return new Chart("performance-b2.svg", title, Svg.bars(title, "ms", bars));
    }
}
