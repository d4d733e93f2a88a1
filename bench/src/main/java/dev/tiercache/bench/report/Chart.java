package dev.tiercache.bench.report;

/**
 * A drawing beside the tables.
 *
 * @param file its name, such as {@code performance-b1.svg}
 * @param title what it shows, for those who do not see it
 * @param svg the drawing
 */
public record Chart(String file, String title, String svg) {}
