package dev.tiercache.bench;

import dev.tiercache.bench.load.Wrk;
import dev.tiercache.bench.process.Child;
import dev.tiercache.bench.process.Http;
import dev.tiercache.bench.process.Nginx;
import dev.tiercache.bench.process.Origin;
import dev.tiercache.bench.process.RedisProcess;
import dev.tiercache.bench.process.ServiceProcess;
import dev.tiercache.bench.process.SpringPeer;
import dev.tiercache.bench.process.Varnish;
import dev.tiercache.bench.report.Chart;
import dev.tiercache.bench.report.Machine;
import dev.tiercache.bench.report.Result;
import dev.tiercache.bench.report.Svg;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** B1: how many reports of 5 KB a second come out of L1 over HTTP, and what they cost, beside servers made for it. */
final class HitOverHttp implements Benchmark {

    private static final String OURS = "Tiercache";
    private static final String OURS_304 = "Tiercache, 304";
    private static final String NGINX = "nginx proxy_cache";
    private static final String VARNISH = "Varnish";
    private static final String SPRING_OBJECTS = "Spring Cache + Redis, JSON values";
    private static final String SPRING_BYTES = "Spring Cache + Redis, byte[] values";

    private static final String REPORT = "/api/investor-report?user_id=ada&symbols=AAPL,AMZN,GOOGL,META,MSFT,NVDA";
    private static final int CONNECTIONS = 32;

    /** Answers before a contender counts as warm. */
    private static final long WARM = 30_000;

    /** Who is measured, by which requests, and whose CPU time counts. */
    private record Contender(String name, String url, List<String> headers, Child server) {}

    private record Sample(double perSecond, double cpuMicros, double p50Millis, double p99Millis) {}

    @Override
    public String name() {
        return "b1";
    }

    @Override
    public String title() {
        return "a hit in L1 over HTTP";
    }

    @Override
    public String method() {
        return "wrk, 32 connections, one report of about 5 KB. nginx and Varnish serve the same bytes from their caches;"
                + " Spring Cache keeps the same report in Redis. For a 304, wrk sends the entity tag in `If-None-Match`."
                + " 3 s a sample, five rounds in turns, after at least 30,000 requests to each.";
    }

    @Override
    public Outcome run(Setting setting) {
        RedisProcess redis = new RedisProcess(setting.workspace());
        ServiceProcess service =
                ServiceProcess.start(setting.workspace(), setting.build(), Map.of("REDIS_URL", redis.url()));
        Http.ok(service.url(REPORT));
        HttpResponse<byte[]> hit = Http.ok(service.url(REPORT));
        byte[] body = hit.body();
        try (Origin origin = new Origin(body, Duration.ZERO)) {
            List<Contender> contenders = contenders(setting, redis, service, hit, origin);
            contenders.forEach(contender -> warm(setting, contender));
            Rounds<Sample> rounds = new Rounds<>();
            for (int round = 0; round < setting.times(5, 2); round++) {
                for (Contender contender : contenders) {
                    Machine.awaitQuiet();
                    rounds.add(contender.name(), sample(contender, setting.times(3, 1)));
                }
                // Nobody is always the one behind the same other.
                Collections.rotate(contenders, 1);
            }
            contenders.forEach(contender -> contender.server().close());
            redis.child().close();
            return new Outcome(results(rounds, body.length), List.of(chart(rounds)));
        }
    }

    private static List<Contender> contenders(
            Setting setting, RedisProcess redis, ServiceProcess service, HttpResponse<byte[]> hit, Origin origin) {
        Nginx nginx = new Nginx(setting.workspace(), origin.port());
        Varnish varnish = new Varnish(setting.workspace(), origin.port());
        SpringPeer spring = new SpringPeer(setting.workspace(), setting.build(), redis, file(setting, hit.body()));
        String etag = hit.headers().firstValue("ETag").orElseThrow();
        return new ArrayList<>(List.of(
                new Contender(OURS, service.url(REPORT), List.of(), service.child()),
                new Contender(NGINX, nginx.url("/report"), List.of(), nginx.child()),
                new Contender(VARNISH, varnish.url("/report"), List.of(), varnish.child()),
                new Contender(OURS_304, service.url(REPORT), List.of("If-None-Match: " + etag), service.child()),
                new Contender(SPRING_OBJECTS, spring.url("/objects/ada"), List.of(), spring.child()),
                new Contender(SPRING_BYTES, spring.url("/bytes/ada"), List.of(), spring.child())));
    }

    private static Path file(Setting setting, byte[] body) {
        try {
            return Files.write(setting.workspace().folder("b1").resolve("report.json"), body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void warm(Setting setting, Contender contender) {
        long requests = 0;
        do {
            requests += Wrk.run(contender.url(), CONNECTIONS, setting.times(4, 1), contender.headers())
                    .requests();
        } while (requests < setting.times((int) WARM, 1));
    }

    private static Sample sample(Contender contender, int seconds) {
        long before = contender.server().cpuMicros();
        Wrk.Run run = Wrk.run(contender.url(), CONNECTIONS, seconds, contender.headers());
        double cpu = contender.server().cpuMicros() - before;
        return new Sample(run.perSecond(), cpu / run.requests(), run.p50Millis(), run.p99Millis());
    }

    private static List<Result> results(Rounds<Sample> rounds, int bytes) {
        Result throughput =
                Result.of("b1", "hit in L1, throughput", "requests/s", rounds.median(OURS, Sample::perSecond));
        throughput = throughput
                .atLeast(0.85, NGINX, rate(rounds, NGINX), rateRatio(rounds, NGINX))
                .atLeast(1.0, VARNISH, rate(rounds, VARNISH), rateRatio(rounds, VARNISH))
                .atLeast(2.2, SPRING_OBJECTS, rate(rounds, SPRING_OBJECTS), rateRatio(rounds, SPRING_OBJECTS))
                .atLeast(2.2, SPRING_BYTES, rate(rounds, SPRING_BYTES), rateRatio(rounds, SPRING_BYTES))
                .noting("the body has %,d bytes.".formatted(bytes));
        Result cpu = Result.of(
                        "b1", "hit in L1, server's CPU time", "µs/request", rounds.median(OURS, Sample::cpuMicros))
                .atMost(32);
        Result p99 = Result.of("b1", "hit in L1, p99 of the closed loop", "ms", rounds.median(OURS, Sample::p99Millis));
        for (String peer : List.of(NGINX, VARNISH, SPRING_OBJECTS, SPRING_BYTES)) {
            cpu = cpu.beside(peer, rounds.median(peer, Sample::cpuMicros), rounds.ratio(OURS, peer, Sample::cpuMicros));
            p99 = p99.beside(peer, rounds.median(peer, Sample::p99Millis), rounds.ratio(OURS, peer, Sample::p99Millis));
        }
        cpu = cpu.noting("of the server alone: Spring Cache's share of Redis comes on top.");
        Result notModified = Result.of("b1", "304, throughput", "requests/s", rate(rounds, OURS_304))
                .atLeast(
                        1.0,
                        NGINX + ", whole body",
                        rate(rounds, NGINX),
                        rounds.ratio(OURS_304, NGINX, Sample::perSecond));
        Result notModifiedCpu =
                Result.of("b1", "304, server's CPU time", "µs/request", rounds.median(OURS_304, Sample::cpuMicros));
        return List.of(throughput, cpu, notModified, notModifiedCpu, p99);
    }

    private static double rate(Rounds<Sample> rounds, String contender) {
        return rounds.median(contender, Sample::perSecond);
    }

    private static double rateRatio(Rounds<Sample> rounds, String peer) {
        return rounds.ratio(OURS, peer, Sample::perSecond);
    }

    private static Chart chart(Rounds<Sample> rounds) {
        List<Svg.Bar> bars = new ArrayList<>();
        for (String name : List.of(OURS_304, OURS, NGINX, VARNISH, SPRING_OBJECTS, SPRING_BYTES)) {
            bars.add(new Svg.Bar(name, rate(rounds, name), name.startsWith(OURS)));
        }
        String title = "Hits of a 5 KB report";
        return new Chart("performance-b1.svg", title, Svg.bars(title, "requests/s", bars));
    }
}
