package dev.tiercache.service.cache;

/**
 * Which values a purge is about.
 *
 * @param text {@code *} for all of them, {@code name:NAME} for one, else a tag
 */
public record Scope(String text) {

    /** All values. */
    public static final Scope ALL = new Scope("*");

    private static final String NAME = "name:";

    /** One value. */
    public static Scope name(String name) {
        return new Scope(NAME + name);
    }

    /** The values with a tag. */
    public static Scope tag(String tag) {
        return new Scope(tag);
    }

    /** Whether a value is one of them. */
    public boolean covers(String name, Tags tags) {
        return equals(ALL)
                || (text.startsWith(NAME)
                        ? text.substring(NAME.length()).equals(name)
                        : tags.of(name).contains(text));
    }
}
