package dev.tiercache.bench.jmh;

import java.util.List;
import java.util.Locale;

/**
 * The result of one comparison, as it is printed and written.
 *
 * @param unit of {@code ours} and of each peer's {@code value}
 * @param note what else was seen
 */
record Row(String name, String what, String unit, double ours, List<Peer> peers, String note) {

    /**
     * A peer's result.
     *
     * @param ratio how many times as fast as the peer ours is
     * @param goal what the ratio should be
     */
    record Peer(String peer, double value, double ratio, String goal, boolean met) {}

    /** For people. */
    String table() {
        StringBuilder table = new StringBuilder(String.format(Locale.ROOT, "%n%s: %s%n", name, what));
        table.append(String.format(Locale.ROOT, "  %-22s %12.1f %s%n", "tiercache", ours, unit));
        for (Peer peer : peers) {
            table.append(String.format(
                    Locale.ROOT,
                    "  %-22s %12.1f %-10s ratio %6.2f  goal %-8s %s%n",
                    peer.peer(),
                    peer.value(),
                    unit,
                    peer.ratio(),
                    peer.goal(),
                    peer.met() ? "met" : "MISSED"));
        }
        return table.append("  ").append(note).toString();
    }
}
