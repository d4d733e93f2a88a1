package dev.tiercache.bench.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The page of results in a folder: {@code performance.json}, which later runs of some benchmarks add to, and the page and
 * the drawings made of it.
 */
public final class Report {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final Path folder;
    private final Map<String, Section> sections;

    /** Opens the report of a folder, with what is there already. */
    public Report(Path folder) {
        this.folder = folder;
        Path file = folder.resolve("performance.json");
        sections = Files.exists(file)
                ? JSON.readValue(file.toFile(), new TypeReference<TreeMap<String, Section>>() {})
                : new TreeMap<>();
    }

    /** Replaces the section of a benchmark, and writes everything. */
    public void put(String name, Section section, List<Chart> charts) {
        sections.put(name, section);
        try {
            Files.createDirectories(folder);
            for (Chart chart : charts) {
                Files.writeString(folder.resolve(chart.file()), chart.svg());
            }
            Files.writeString(folder.resolve("performance.json"), JSON.writeValueAsString(sections) + "\n");
            Files.writeString(folder.resolve("performance.md"), Markdown.page(sections));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads results that another process wrote: a JSON array. */
    public static List<Result> read(Path file) {
        return JSON.readValue(file.toFile(), new TypeReference<List<Result>>() {});
    }
}
