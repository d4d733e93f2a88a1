package dev.tiercache.operator.desired;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the values of a redis.conf key look like, and the one spelling that stands for all that mean the same: CONFIG GET
 * answers in its own spelling (bytes for 64mb), and a difference of spelling is not a difference.
 */
public final class ValueForm {

    /** What CONFIG GET says of client-output-buffer-limit where nothing is set. */
    static final String DEFAULT_BUFFER_LIMITS = "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60";

    private static final Pattern BYTES = Pattern.compile("([0-9]{1,19})(b|k|kb|m|mb|g|gb)?", Pattern.CASE_INSENSITIVE);
    private static final BigInteger MOST_BYTES = BigInteger.valueOf(Long.MAX_VALUE);
    /** Classes of events; A stands for all of them (redis.conf, "EVENT NOTIFICATION"). */
    private static final String ALL_EVENTS = "g$lshzxetd";

    public static final ValueForm TEXT = new ValueForm("any text", Optional::of);
    public static final ValueForm YES_NO = oneOf("yes", "no");
    public static final ValueForm MEMORY =
            new ValueForm("a number of bytes such as 67108864 or 64mb", ValueForm::normaliseBytes);
    public static final ValueForm MEMORY_OR_PERCENT = new ValueForm(
            "a number of bytes such as 64mb, or a percentage such as 5%",
            value -> value.matches("[0-9]{1,3}%") ? Optional.of(value) : normaliseBytes(value));
    public static final ValueForm FILE_NAME = new ValueForm(
            "the name of a directory without a path",
            value -> value.matches("[A-Za-z0-9._-]{1,64}") && !value.startsWith(".")
                    ? Optional.of(value)
                    : Optional.empty());
    public static final ValueForm PERCENTILES =
            new ValueForm("percentages between 0 and 100, such as 50 99 99.9", ValueForm::normalisePercentiles);
    public static final ValueForm EVENT_FLAGS =
            new ValueForm("event classes such as Ex or AKE, or nothing", ValueForm::normaliseEvents);
    public static final ValueForm BUFFER_LIMITS = new ValueForm(
            "groups of class (normal, replica or pubsub), hard limit, soft limit and seconds, such as normal 0 0 0",
            ValueForm::normaliseBufferLimits);

    private final String expectation;
    private final Function<String, Optional<String>> normaliser;

    private ValueForm(String expectation, Function<String, Optional<String>> normaliser) {
        this.expectation = expectation;
        this.normaliser = normaliser;
    }

    static ValueForm integer(long least, long most) {
        String range = most >= Integer.MAX_VALUE ? "of at least " + least : "from " + least + " to " + most;
        return new ValueForm("a whole number " + range, value -> {
            if (!value.matches("-?[0-9]{1,18}")) {
                return Optional.empty();
            }
            long number = Long.parseLong(value);
            return number >= least && number <= most ? Optional.of(Long.toString(number)) : Optional.empty();
        });
    }

    /** Bytes, and no fewer: below, a server refuses the value or takes another. */
    static ValueForm memory(long least) {
        return new ValueForm(
                MEMORY.expectation + ", at least " + least,
                value -> normaliseBytes(value).filter(bytes -> Long.parseLong(bytes) >= least));
    }

    static ValueForm oneOf(String... values) {
        List<String> allowed = List.of(values);
        return new ValueForm(String.join(" or ", allowed), value -> {
            String lower = value.toLowerCase(Locale.ROOT);
            return allowed.contains(lower) ? Optional.of(lower) : Optional.empty();
        });
    }

    /** What is expected, to follow "expected" in a message. */
    public String expectation() {
        return expectation;
    }

    /** The one spelling, or empty for a value that Redis would refuse. */
    Optional<String> normalise(String value) {
        return normaliser.apply(value.strip());
    }

    private static Optional<String> normaliseBytes(String value) {
        Matcher matcher = BYTES.matcher(value);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String unit = matcher.group(2) == null ? "b" : matcher.group(2).toLowerCase(Locale.ROOT);
        long factor = switch (unit) {
            case "k" -> 1_000L;
            case "kb" -> 1L << 10;
            case "m" -> 1_000_000L;
            case "mb" -> 1L << 20;
            case "g" -> 1_000_000_000L;
            case "gb" -> 1L << 30;
            default -> 1L;
        };
        BigInteger bytes = new BigInteger(matcher.group(1)).multiply(BigInteger.valueOf(factor));
        return bytes.compareTo(MOST_BYTES) <= 0 ? Optional.of(bytes.toString()) : Optional.empty();
    }

    private static Optional<String> normalisePercentiles(String value) {
        if (value.isEmpty()) {
            return Optional.of("");
        }
        String[] parts = value.split(" +", -1);
        boolean valid = Arrays.stream(parts)
                .allMatch(part -> part.matches("[0-9]{1,3}(\\.[0-9]{1,6})?") && Double.parseDouble(part) <= 100);
        return valid ? Optional.of(String.join(" ", parts)) : Optional.empty();
    }

    private static Optional<String> normaliseEvents(String value) {
        TreeSet<String> flags = new TreeSet<>();
        for (String flag : value.replace("A", ALL_EVENTS).split("", -1)) {
            if (flag.isEmpty()) {
                continue;
            }
            if (!(ALL_EVENTS + "KEmn").contains(flag)) {
                return Optional.empty();
            }
            flags.add(flag);
        }
        return Optional.of(String.join("", flags));
    }

    /** Classes that are not named keep their default, as in the server. */
    private static Optional<String> normaliseBufferLimits(String value) {
        Map<String, String> limits = new TreeMap<>();
        if (!readBufferLimits(DEFAULT_BUFFER_LIMITS, limits) || !readBufferLimits(value, limits)) {
            return Optional.empty();
        }
        return Optional.of(limits.entrySet().stream()
                .map(limit -> limit.getKey() + " " + limit.getValue())
                .collect(Collectors.joining(" ")));
    }

    private static boolean readBufferLimits(String value, Map<String, String> limits) {
        String[] parts = value.split(" +", -1);
        if (parts.length % 4 != 0) {
            return false;
        }
        for (int i = 0; i < parts.length; i += 4) {
            String name = parts[i].toLowerCase(Locale.ROOT).replace("slave", "replica");
            Optional<String> hard = normaliseBytes(parts[i + 1]);
            Optional<String> soft = normaliseBytes(parts[i + 2]);
            boolean known = List.of("normal", "replica", "pubsub").contains(name);
            if (!known || hard.isEmpty() || soft.isEmpty() || !parts[i + 3].matches("[0-9]{1,9}")) {
                return false;
            }
            limits.put(name, hard.get() + " " + soft.get() + " " + Integer.parseInt(parts[i + 3]));
        }
        return true;
    }
}
