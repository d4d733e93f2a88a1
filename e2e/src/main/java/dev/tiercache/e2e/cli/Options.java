package dev.tiercache.e2e.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** A command line of {@code --name value} pairs; what it refuses, it refuses by name, value and expectation. */
public final class Options {

    private final Map<String, String> given = new LinkedHashMap<>();
    private final String usage;

    private Options(String usage) {
        this.usage = usage;
    }

    /**
     * Reads the pairs; of a name that is given twice, the last one counts.
     *
     * @param usage the end of every refusal
     * @throws IllegalArgumentException for a name that is not known or has no value
     */
    public static Options parse(String usage, Set<String> known, String... args) {
        Options options = new Options(usage);
        for (int i = 0; i < args.length; i += 2) {
            if (!known.contains(args[i])) {
                throw new IllegalArgumentException("option " + args[i] + " is not known; " + usage);
            }
            if (i + 1 == args.length) {
                throw new IllegalArgumentException("option " + args[i] + " has no value; " + usage);
            }
            options.given.put(args[i], args[i + 1]);
        }
        return options;
    }

    /** The value of an option, or {@code preset} where it is not given. */
    public String text(String name, String preset) {
        return given.getOrDefault(name, preset);
    }

    /**
     * The value of an option as a number.
     *
     * @throws IllegalArgumentException for what is no number, or one outside {@code min} to {@code max}
     */
    public double number(String name, double preset, double min, double max) {
        String text = given.get(name);
        if (text == null) {
            return preset;
        }
        double value;
        try {
            value = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            value = Double.NaN;
        }
        if (!(value >= min && value <= max)) {
            throw refusal(name, text, "a number from " + min + " to " + max);
        }
        return value;
    }

    /**
     * The value of an option as a whole number.
     *
     * @throws IllegalArgumentException for what is no whole number, or one outside {@code min} to {@code max}
     */
    public long whole(String name, long preset, long min, long max) {
        String text = given.get(name);
        if (text == null) {
            return preset;
        }
        long value;
        try {
            value = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw refusal(name, text, "a whole number from " + min + " to " + max);
        }
        if (value < min || value > max) {
            throw refusal(name, text, "a whole number from " + min + " to " + max);
        }
        return value;
    }

    /** What to throw for a value that makes no sense; {@code shown} is what may be shown of it. */
    public IllegalArgumentException refusal(String name, String shown, String expected) {
        return new IllegalArgumentException(
                "option %s is '%s', expected %s; %s".formatted(name, shown, expected, usage));
    }
}
