package dev.tiercache.service.config;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** The format of CONFIG_FILE: a Java properties file whose keys are the names of {@link Variable}. */
final class ConfigFile {

    private ConfigFile() {}

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException when it is not a properties file
     */
    static Map<String, String> parse(byte[] utf8) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(new String(utf8, StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("a string has no I/O errors", e);
        }
        Map<String, String> values = new TreeMap<>();
        properties.forEach((key, value) ->
                values.put(String.valueOf(key), String.valueOf(value).strip()));
        return values;
    }
}
