package dev.tiercache.service.cache;

import dev.tiercache.service.cache.l2.L2;
import org.jspecify.annotations.Nullable;

/**
 * Which values a purge is about.
 *
 * @param text {@code *} for all of them, {@code name:NAME} for one, else a tag
 */
public record Scope(String text) {

    /** All values. */
    public static final Scope ALL = new Scope(L2.Purge.EVERYTHING);

    private static final String NAME = "name:";

    /** One value. */
    public static Scope name(String name) {
        return new Scope(NAME + name);
    }

    /** The values with a tag. */
    public static Scope tag(String tag) {
        return new Scope(tag);
    }

    /** The name, where it is about one value; else null. */
    @Nullable
    String name() {
        return text.startsWith(NAME) ? text.substring(NAME.length()) : null;
    }

    /** Whether a value is one of them. */
    public boolean covers(String name, Tags tags) {
        String only = name();
        return equals(ALL) || (only != null ? only.equals(name) : tags.of(name).contains(text));
    }
}
