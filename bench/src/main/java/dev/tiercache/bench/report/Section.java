package dev.tiercache.bench.report;

import java.util.List;

/**
 * What one benchmark gave, and where and when.
 *
 * @param title the benchmark in words
 * @param date the day
 * @param machine the machine
 * @param method how it was measured, one paragraph
 * @param results the figures
 * @param charts file names and titles of the drawings
 */
public record Section(
        String title, String date, Machine machine, String method, List<Result> results, List<Drawing> charts) {

    /**
     * A drawing by its file.
     *
     * @param file its name
     * @param title what it shows
     */
    public record Drawing(String file, String title) {}
}
