package dev.tiercache.service.problem;

/**
 * A parameter that is not good.
 *
 * @param parameter its name
 * @param value what was sent, safe to show: see the constructor
 * @param expected what would be good
 */
public record BadParameter(String parameter, String value, String expected) {

    private static final int MAX_SHOWN = 64;

    /** Keeps of a value what can be shown anywhere: printable ASCII without markup, cut to a length. */
    public BadParameter {
        StringBuilder safe = new StringBuilder();
        for (int i = 0; i < value.length() && safe.length() < MAX_SHOWN; i++) {
            char c = value.charAt(i);
            if (c < ' ' || c > '~' || "<>&\"'\\".indexOf(c) >= 0) {
                safe.append(String.format("\\u%04x", (int) c));
            } else {
                safe.append(c);
            }
        }
        value = safe.toString();
    }
}
