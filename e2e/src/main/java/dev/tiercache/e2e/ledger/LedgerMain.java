package dev.tiercache.e2e.ledger;

import dev.tiercache.e2e.cli.Control;
import dev.tiercache.e2e.cli.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Runs one {@link LedgerPlan} and prints its {@link LedgerSummary} as the last line of standard output.
 *
 * <p>Exit code 0 when the run took place, whatever was lost: judging it is the caller's part. 1 when there was no master to
 * begin with, 2 for a command line that makes no sense.
 */
public final class LedgerMain {

    private LedgerMain() {}

    public static void main(String... args) throws IOException {
        LedgerPlan plan;
        try {
            plan = LedgerPlan.parse(System.getenv(), args);
        } catch (IllegalArgumentException e) {
            System.err.println("ledger: " + e.getMessage());
            System.exit(2);
            return;
        }
        try (Ledger ledger = Ledger.start(plan)) {
            System.err.printf(
                    "ledger started run=%s seed=%d redis=\"%s\" rate=%d duration=%s%n",
                    plan.run(), plan.seed(), plan.redis(), plan.rate(), plan.duration());
            System.out.println(new String(run(plan, ledger), StandardCharsets.UTF_8));
        } catch (IllegalStateException e) {
            System.err.println("ledger: " + e.getMessage());
            System.exit(1);
        }
    }

    private static byte[] run(LedgerPlan plan, Ledger ledger) throws IOException {
        if (plan.controlPort() == 0) {
            ledger.awaitEnd();
            return Json.bytes(ledger.stop());
        }
        // Also during the last check, which may take a minute, the control port tells.
        try (Control _ = new Control(plan.controlPort(), () -> Json.bytes(ledger.summary()), ledger::endWriting)) {
            ledger.awaitEnd();
            return Json.bytes(ledger.stop());
        }
    }
}
