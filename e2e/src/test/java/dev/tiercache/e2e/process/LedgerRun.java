package dev.tiercache.e2e.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.tiercache.e2e.cli.Json;
import dev.tiercache.e2e.ledger.Ledger;
import dev.tiercache.e2e.ledger.LedgerPlan;
import dev.tiercache.e2e.ledger.LedgerSummary;
import dev.tiercache.e2e.ledger.LedgerSummary.Audit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A ledger inside the test's own process: started, waited for until writes flow, and judged. */
public final class LedgerRun implements AutoCloseable {

    /** What the run is called in its keys, {@code ledger:test:WRITER:SEQUENCE}. */
    public static final String NAME = "test";

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final Ledger ledger;

    private LedgerRun(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Starts one with further options of its command line. */
    public static LedgerRun at(String url, String... more) {
        return at(Map.of(), url, more);
    }

    /** Starts one with passwords, by the variables of its environment, and further options of its command line. */
    public static LedgerRun at(Map<String, String> environment, String url, String... more) {
        List<String> options = new ArrayList<>(List.of("--url", url, "--run", NAME, "--seconds", "100"));
        options.addAll(List.of(more));
        return new LedgerRun(Ledger.start(LedgerPlan.parse(environment, options.toArray(String[]::new))));
    }

    public long acknowledged() {
        return ledger.acknowledged();
    }

    public LedgerSummary summary() {
        return ledger.summary();
    }

    /** How many servers acknowledged a write so far. */
    public long masters() {
        return summary().masters().stream()
                .filter(master -> master.acknowledged() > 0)
                .count();
    }

    /** Waits until so many more writes were acknowledged. */
    public void flows(int writes) {
        long before = acknowledged();
        await(writes + " acknowledged writes").atMost(PATIENCE).until(() -> acknowledged() >= before + writes);
    }

    /** Ends the writing, has the ledger check everything, and prints what it says. */
    public LedgerSummary stop() {
        LedgerSummary summary = ledger.stop();
        System.err.println("ledger: " + new String(Json.bytes(summary), UTF_8));
        return summary;
    }

    /** The last check of a run that was stopped. */
    public static Audit audit(LedgerSummary summary) {
        return Objects.requireNonNull(summary.audit());
    }

    /** How many unique keys of the run a server has, counted without the ledger. */
    public long present(RedisProcess server) {
        return server.cli("--scan", "--pattern", "ledger:" + NAME + ":*")
                .lines()
                .filter(key -> !key.endsWith(":counter"))
                .count();
    }

    @Override
    public void close() {
        ledger.close();
    }
}
