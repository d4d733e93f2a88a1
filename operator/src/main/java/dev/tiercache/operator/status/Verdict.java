package dev.tiercache.operator.status;

/**
 * What a condition says.
 *
 * @param status True, False or Unknown
 * @param reason a word in upper camel case
 * @param message one line that names the pod
 */
record Verdict(String status, String reason, String message) {

    static Verdict yes(String reason, String message) {
        return new Verdict("True", reason, message);
    }

    static Verdict no(String reason, String message) {
        return new Verdict("False", reason, message);
    }

    static Verdict unknown(String reason, String message) {
        return new Verdict("Unknown", reason, message);
    }

    boolean isTrue() {
        return status.equals("True");
    }
}
