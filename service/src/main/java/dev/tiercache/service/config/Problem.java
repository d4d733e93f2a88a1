package dev.tiercache.service.config;

/**
 * A value that is not used.
 *
 * @param name the variable
 * @param value what was given; a secret is not shown
 * @param expected what would be good
 */
public record Problem(String name, String value, String expected) {

    static Problem of(Variable variable, String value) {
        return new Problem(variable.name(), variable.secret() ? "(not shown)" : value, variable.expected());
    }

    @Override
    public String toString() {
        return name + "=\"" + value.replaceAll("[\\p{Cntrl}\"]", "?") + "\": expected " + expected;
    }
}
