package dev.tiercache.bench;

import dev.tiercache.bench.Pair.Change;
import dev.tiercache.bench.process.RedisProcess;
import dev.tiercache.bench.report.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** B6: how long instances go on serving what somebody else has changed in Redis. */
final class Staleness implements Benchmark {

    private static final String JETCACHE = "JetCache, broadcast";
    private static final String REDISSON = "Redisson RLocalCachedMap";
    private static final double GOAL_MILLIS = 10;

    /** The longest wait for a peer: it would serve the old value until its TTL. */
    private static final Duration BOUND = Duration.ofSeconds(2);

    /** The longest wait for ours after its connections broke. */
    private static final Duration RECONNECT_BOUND = Duration.ofSeconds(5);

    @Override
    public String name() {
        return "b6";
    }

    @Override
    public String title() {
        return "staleness after a change by somebody else";
    }

    @Override
    public String method() {
        return "Two instances hold a key in their own memory, in one process with connections of their own; another client"
                + " changes the key in Redis. Measured from before that command is sent until an instance answers the new"
                + " value, asked about every 70 µs; 200 rounds for each command, both instances counted. What a peer does"
                + " not see within 2 s counts as 2,000 ms: it would be served until its TTL. Forced reconnect: CLIENT KILL"
                + " of every other connection and a SET right behind it; caught within 5 s.";
    }

    @Override
    public Outcome run(Setting setting) {
        RedisProcess redis = new RedisProcess(setting.workspace());
        List<Result> results = new ArrayList<>();
        int rounds = setting.times(200, 10);
        int peerRounds = setting.times(3, 1);
        Map<Change, Result> ours = new LinkedHashMap<>();
        try (Pair pair = new OurPair(redis.url())) {
            external(pair, Change.SET, rounds, BOUND);
            for (Change change : Change.values()) {
                double p99 = p99(external(pair, change, rounds, BOUND));
                ours.put(
                        change,
                        Result.of("b6", "external " + change + ", p99", "ms", p99)
                                .atMost(GOAL_MILLIS));
            }
            results.addAll(reconnects(pair, setting.times(30, 2)));
        }
        Map<String, Function<String, Pair>> peers = new LinkedHashMap<>();
        peers.put(JETCACHE, JetCachePair::new);
        peers.put(REDISSON, RedissonPair::new);
        peers.forEach((name, maker) -> {
            try (Pair pair = maker.apply(redis.url())) {
                for (Change change : Change.values()) {
                    double p99 = p99(external(pair, change, peerRounds, BOUND));
                    ours.computeIfPresent(
                            change, (_, result) -> result.beside(label(name, p99), p99, result.ours() / p99));
                }
                double own = p99(rounds(pair, rounds, BOUND, pair::changeByItself));
                ours.computeIfPresent(
                        Change.SET,
                        (_, result) -> result.beside(name + ", a put by an instance itself", own, result.ours() / own));
            }
        });
        redis.child().close();
        results.addAll(0, ours.values());
        return new Outcome(results, List.of());
    }

    private static List<Result> reconnects(Pair pair, int rounds) {
        List<Double> millis = rounds(pair, rounds, RECONNECT_BOUND, pair::breakAndSet);
        double[] caught = millis.stream()
                .filter(m -> m < RECONNECT_BOUND.toMillis())
                .mapToDouble(Double::doubleValue)
                .toArray();
        return List.of(
                Result.of("b6", "forced reconnect, changes caught", "%", 100.0 * caught.length / millis.size())
                        .exactly(100),
                Result.of(
                        "b6",
                        "forced reconnect, p50 until caught",
                        "ms",
                        caught.length == 0 ? Double.NaN : Rounds.median(caught)));
    }

    private static List<Double> external(Pair pair, Change change, int rounds, Duration bound) {
        return rounds(pair, rounds, bound, value -> pair.change(change, value));
    }

    /** Both instances' times of every round, ms; the bound for one that never saw the change. */
    private static List<Double> rounds(Pair pair, int rounds, Duration bound, UnaryOperator<String> change) {
        List<Double> millis = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            pair.hold("old" + System.nanoTime());
            double[] seen = {bound.toMillis(), bound.toMillis()};
            long start = System.nanoTime();
            String wanted = change.apply("new" + start);
            for (long now = start; now - start < bound.toNanos() && pending(seen, bound); now = System.nanoTime()) {
                for (int instance = 0; instance < 2; instance++) {
                    if (seen[instance] == bound.toMillis()
                            && pair.read(instance).equals(wanted)) {
                        seen[instance] = Math.min(bound.toMillis(), (System.nanoTime() - start) / 1e6);
                    }
                }
                LockSupport.parkNanos(20_000);
            }
            Arrays.stream(seen).forEach(millis::add);
        }
        return millis;
    }

    private static boolean pending(double[] seen, Duration bound) {
        return seen[0] == bound.toMillis() || seen[1] == bound.toMillis();
    }

    private static double p99(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(Math.min(sorted.size() - 1, sorted.size() * 99 / 100));
    }

    private static String label(String name, double millis) {
        return millis < BOUND.toMillis() ? name : name + " (not seen: until its TTL)";
    }
}
