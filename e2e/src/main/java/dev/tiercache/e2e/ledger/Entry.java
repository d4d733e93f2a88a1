package dev.tiercache.e2e.ledger;

/**
 * One acknowledged write. Instants are nanoseconds since the run started.
 *
 * @param writer whose it is
 * @param sequence its number among those of the writer
 * @param due when it was to be sent first
 * @param sent when the try that was acknowledged was sent
 * @param acknowledged when the answer was there
 * @param server index in {@link Masters} of the server that acknowledged it
 */
record Entry(int writer, long sequence, long due, long sent, long acknowledged, int server) {}
