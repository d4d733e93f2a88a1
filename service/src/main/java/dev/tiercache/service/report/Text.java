package dev.tiercache.service.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/** Numbers and lists as the report's sentences have them: the same in every locale. */
final class Text {

    private static final int NAMED = 10;

    private Text() {}

    /** {@code 12.3}, never {@code -0.0}. */
    static String number(double value, int decimals) {
        BigDecimal rounded = BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_EVEN);
        return rounded.toPlainString();
    }

    /** {@code +1.20} or {@code -0.30}. */
    static String signed(double value, int decimals) {
        String text = number(value, decimals);
        return text.startsWith("-") ? text : "+" + text;
    }

    /** {@code 12.3 %}, from percent. */
    static String percent(double percent) {
        return number(percent, 1) + " %";
    }

    /** {@code +12.3 %}, from percent. */
    static String signedPercent(double percent) {
        return signed(percent, 1) + " %";
    }

    /** {@code A, B, C}; of many, the first ten and how many more. */
    static String list(List<String> items) {
        return items.size() <= NAMED
                ? String.join(", ", items)
                : String.join(", ", items.subList(0, NAMED)) + " and " + (items.size() - NAMED) + " more";
    }

    /** {@code 1 day}, {@code 2 days}. */
    static String count(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
