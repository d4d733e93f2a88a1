package dev.tiercache.e2e.client;

import dev.tiercache.e2e.cli.Control;
import dev.tiercache.e2e.cli.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Runs one {@link LoadPlan} and prints its {@link LoadSummary} as the last line of standard output.
 *
 * <p>Exit code 0 when the run took place, whatever the answers were: judging them is the caller's part. 2 for a
 * command line that makes no sense.
 */
public final class LoadMain {

    private LoadMain() {}

    public static void main(String... args) throws IOException {
        LoadPlan plan;
        try {
            plan = LoadPlan.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println("load: " + e.getMessage());
            System.exit(2);
            return;
        }
        System.out.println(new String(run(plan), StandardCharsets.UTF_8));
    }

    private static byte[] run(LoadPlan plan) throws IOException {
        Tally tally = new Tally(Instant.now());
        OpenLoop loop = new OpenLoop(plan, tally);
        System.err.printf("load started url=%s rate=%s duration=%s%n", plan.url(), plan.rate(), plan.duration());
        if (plan.controlPort() == 0) {
            loop.run();
        } else {
            try (Control _ = new Control(plan.controlPort(), () -> Json.bytes(tally.summary()), loop::stop)) {
                loop.run();
            }
        }
        return Json.bytes(tally.summary());
    }
}
