package dev.tiercache.service.cache;

import java.util.List;

/** Knows what values can be purged by, from their names alone. */
@FunctionalInterface
public interface Tags {

    /** No value has any. */
    Tags NONE = name -> List.of();

    /** The tags of a value, such as {@code user:ann}: printable ASCII without space, quote and backslash. */
    List<String> of(String name);
}
