package dev.tiercache.operator.crd;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a record puts in place of a component that a document does not have. */
final class Defaults {
    private Defaults() {}

    static <T> T or(@Nullable T given, T otherwise) {
        return given == null ? otherwise : given;
    }

    static <T> List<T> copy(@Nullable List<T> given) {
        return given == null ? List.of() : List.copyOf(given);
    }

    /** A copy with sorted keys: what is rendered from it never depends on the order in a document. */
    static <V> Map<String, V> copy(@Nullable Map<String, V> given) {
        return given == null ? Map.of() : Collections.unmodifiableSortedMap(new TreeMap<>(given));
    }
}
