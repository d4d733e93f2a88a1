package dev.tiercache.e2e;

import dev.tiercache.e2e.client.LoadMain;
import dev.tiercache.e2e.ledger.LedgerMain;
import java.io.IOException;
import java.util.Arrays;

/** The clients of one image: the first argument says which, the others are its own. */
public final class ClientMain {

    private ClientMain() {}

    /** Runs {@code load} or {@code ledger}; exit code 2 for anything else. */
    public static void main(String... args) throws IOException {
        String[] own = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
        switch (args.length == 0 ? "" : args[0]) {
            case "load" -> LoadMain.main(own);
            case "ledger" -> LedgerMain.main(own);
            default -> {
                System.err.println("client: the first argument is '" + (args.length == 0 ? "" : args[0])
                        + "', expected load or ledger");
                System.exit(2);
            }
        }
    }
}
