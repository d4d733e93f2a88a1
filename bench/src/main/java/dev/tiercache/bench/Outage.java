package dev.tiercache.bench;

import dev.tiercache.bench.load.HttpConnection;
import dev.tiercache.bench.load.OpenLoop;
import dev.tiercache.bench.load.Wrk;
import dev.tiercache.bench.peer.JetCachePeer;
import dev.tiercache.bench.peer.LettuceDefaults;
import dev.tiercache.bench.process.Http;
import dev.tiercache.bench.process.RedisProcess;
import dev.tiercache.bench.process.ServiceProcess;
import dev.tiercache.bench.report.Chart;
import dev.tiercache.bench.report.Machine;
import dev.tiercache.bench.report.Result;
import dev.tiercache.bench.report.Svg;
import dev.tiercache.service.cache.l2.Envelope;
import dev.tiercache.service.cache.model.CachedValue;
import dev.tiercache.service.cache.model.L2Format;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/** B5: 2,000 reads a second of cached keys while Redis is killed for 25 s, and later frozen for 10 s. */
final class Outage implements Benchmark {

    private static final String OURS = "Tiercache";
    private static final String LETTUCE = "Lettuce, default options";
    private static final String JETCACHE = "JetCache, both tiers";

    private static final int PER_SECOND = 2_000;
    private static final int KEYS = 500;
    private static final int PROBES = 4_000;

    /** More than a timeout of 50 ms holds up at that rate. */
    private static final int WORKERS = 256;

    private static final Duration TIMEOUT = Duration.ofMillis(50);
    private static final byte[] BODY = ("{\"report\":\"" + "x".repeat(5_000) + "\"}").getBytes(StandardCharsets.UTF_8);

    @Override
    public String name() {
        return "b5";
    }

    @Override
    public String title() {
        return "outages of Redis";
    }

    @Override
    public String method() {
        return "An open loop of 2,000 reads a second over 500 cached keys of 5 KB. After 10 s Redis is killed (`kill -9`),"
                + " 25 s later started again with its append-only file; 10 s after that it is frozen (SIGSTOP) for 10 s."
                + " Ours is asked over HTTP; the peers run in the load generator's process, which flatters them: the same"
                + " keys, rate and faults, each with a Redis of its own, one after the other, and 50 ms for a command."
                + " p99 counts from 200 ms after a fault began until 2 s after it ended. Recovered: the second tier is"
                + " read again (for ours also: `/api/health` says UP), asked every 10 ms from the instant when Redis"
                + " answers PING, or is let go.";
    }

    @Override
    public Outcome run(Setting setting) {
        Fault.Plan plan = setting.quick() ? new Fault.Plan(3, 3, 3) : new Fault.Plan(10, 25, 10);
        Map<String, Fault> faults = new LinkedHashMap<>();
        faults.put(OURS, ours(setting, plan));
        faults.put(LETTUCE, lettuce(setting, plan));
        faults.put(JETCACHE, jetCache(setting, plan));
        return new Outcome(results(faults), List.of(chart(faults)));
    }

    private static Fault ours(Setting setting, Fault.Plan plan) {
        RedisProcess redis = new RedisProcess(setting.workspace());
        ServiceProcess service =
                ServiceProcess.start(setting.workspace(), setting.build(), Map.of("REDIS_URL", redis.url()));
        AtomicInteger probe = new AtomicInteger();
        try (LettuceDefaults client = new LettuceDefaults(redis.url(), Duration.ofSeconds(10))) {
            for (int i = 0; i < PROBES; i++) {
                String key = "ir_v1:probe" + i + ":AAPL";
                CachedValue value = new CachedValue(BODY, System.currentTimeMillis(), 900_000);
                client.put(key, Envelope.encode(key, value, List.of(), L2Format.JSON));
            }
        }
        for (int i = 0; i < KEYS; i++) {
            Http.ok(service.url(path(i)));
        }
        Wrk.run(service.url(path(0)), 32, setting.times(8, 1), List.of());
        Machine.awaitQuiet();
        OpenLoop loop = OpenLoop.start(
                PER_SECOND, Duration.ofSeconds(plan.seconds()), WORKERS, () -> new Client(service.port()));
        Fault fault = Fault.run(plan, loop, redis, () -> service.l2Up() && fromL2(service, probe.getAndIncrement()));
        service.child().close();
        redis.child().close();
        return fault;
    }

    private static Fault lettuce(Setting setting, Fault.Plan plan) {
        RedisProcess redis = new RedisProcess(setting.workspace());
        try (LettuceDefaults lettuce = new LettuceDefaults(redis.url(), TIMEOUT)) {
            for (int i = 0; i < KEYS; i++) {
                lettuce.put(key(i), BODY);
            }
            OpenLoop.Client client = n -> lettuce.get(key(n % KEYS)) != null;
            warm(client, setting);
            Machine.awaitQuiet();
            OpenLoop loop = OpenLoop.start(PER_SECOND, Duration.ofSeconds(plan.seconds()), WORKERS, () -> client);
            return Fault.run(plan, loop, redis, () -> lettuce.get(key(0)) != null);
        } finally {
            redis.child().close();
        }
    }

    private static Fault jetCache(Setting setting, Fault.Plan plan) {
        RedisProcess redis = new RedisProcess(setting.workspace());
        AtomicInteger probe = new AtomicInteger();
        try (JetCachePeer jetCache = new JetCachePeer(redis.url(), TIMEOUT);
                JetCachePeer other = new JetCachePeer(redis.url(), Duration.ofSeconds(10))) {
            for (int i = 0; i < PROBES; i++) {
                other.put("probe" + i, BODY);
            }
            for (int i = 0; i < KEYS; i++) {
                jetCache.put(key(i), BODY);
            }
            OpenLoop.Client client = n -> jetCache.get(key(n % KEYS)) != null;
            warm(client, setting);
            Machine.awaitQuiet();
            OpenLoop loop = OpenLoop.start(PER_SECOND, Duration.ofSeconds(plan.seconds()), WORKERS, () -> client);
            return Fault.run(plan, loop, redis, () -> jetCache.get("probe" + probe.getAndIncrement()) != null);
        } finally {
            redis.child().close();
        }
    }

    private static void warm(OpenLoop.Client client, Setting setting) {
        for (int n = 0; n < setting.times(30_000, 1_000); n++) {
            client.send(n);
        }
    }

    private static String key(int n) {
        return "load" + n;
    }

    private static String path(int n) {
        return "/api/investor-report?user_id=load" + n % KEYS + "&symbols=AAPL,AMZN,GOOGL,META,MSFT,NVDA";
    }

    /** Whether a key that only Redis has comes from there. */
    private static boolean fromL2(ServiceProcess service, int probe) {
        byte[] body = Http.ok(service.url("/api/investor-report?user_id=probe" + probe + "&symbols=AAPL"))
                .body();
        return new String(body, StandardCharsets.UTF_8).contains("\"cache_layer\":\"L2\"");
    }

    /** A worker's connection to the service, opened anew when it broke: a broken one counts as a failure. */
    private static final class Client implements OpenLoop.Client {

        private final int port;
        private @Nullable HttpConnection connection;

        Client(int port) {
            this.port = port;
        }

        @Override
        public boolean send(int n) {
            try {
                HttpConnection open = connection;
                if (open == null) {
                    open = new HttpConnection(port);
                    connection = open;
                }
                return open.get(path(n)) == 200;
            } catch (IOException e) {
                if (connection != null) {
                    connection.close();
                    connection = null;
                }
                return false;
            }
        }
    }

    private static List<Result> results(Map<String, Fault> faults) {
        return List.of(
                compared(faults, "reads without a good answer", "of all", Fault::failures, 0)
                        .noting("for ours everything but status 200, for the peers every read that gives nothing."),
                compared(faults, "p99 before the faults", "ms", Fault::healthyP99, Double.NaN),
                compared(faults, "p99 of the kill, to the one before", "×", f -> f.killP99() / f.healthyP99(), 2),
                compared(faults, "p99 of the freeze, to the one before", "×", f -> f.freezeP99() / f.healthyP99(), 2),
                compared(faults, "p99 of the kill", "ms", Fault::killP99, Double.NaN),
                compared(faults, "p99 of the freeze", "ms", Fault::freezeP99, Double.NaN),
                compared(faults, "recovered after the kill", "ms", Fault::afterKillMillis, 300),
                compared(faults, "recovered after the freeze", "ms", Fault::afterFreezeMillis, 300));
    }

    private static Result compared(
            Map<String, Fault> faults, String what, String unit, ToDoubleFunction<Fault> figure, double goal) {
        Result result = Result.of("b5", what, unit, of(faults, OURS, figure));
        if (!Double.isNaN(goal)) {
            result = result.atMost(goal);
        }
        for (String peer : List.of(LETTUCE, JETCACHE)) {
            double value = of(faults, peer, figure);
            result = value > 0
                    ? result.beside(peer, value, result.ours() / value)
                    : result.with(new Result.Peer(peer, value, null, null, null));
        }
        return result;
    }

    private static double of(Map<String, Fault> faults, String contender, ToDoubleFunction<Fault> figure) {
        Fault fault = faults.get(contender);
        return fault == null ? Double.NaN : figure.applyAsDouble(fault);
    }

    private static Chart chart(Map<String, Fault> faults) {
        List<Svg.Line> lines = new ArrayList<>();
        faults.forEach((name, fault) -> {
            List<Double> xs = DoubleStream.iterate(
                            0, x -> x + 0.5 <= fault.samples().seconds(), x -> x + 0.5)
                    .boxed()
                    .toList();
            lines.add(new Svg.Line(
                    name,
                    xs,
                    xs.stream().map(x -> fault.samples().millis(x, x + 0.5, 99)).toList()));
        });
        Fault ours = faults.values().iterator().next();
        String title = "p99 of reads of cached keys, half a second each";
        return new Chart(
                "performance-b5.svg",
                title,
                Svg.lines(
                        title,
                        "ms",
                        lines,
                        List.of(
                                new Svg.Span("killed", ours.killed(), ours.back()),
                                new Svg.Span("frozen", ours.frozen(), ours.thawed()))));
    }
}
