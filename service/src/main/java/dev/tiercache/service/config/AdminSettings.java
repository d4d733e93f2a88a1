package dev.tiercache.service.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the admin API.
 *
 * @param port its port; 0: there is none
 * @param given the token where no file is named
 * @param file the file with the token; null: none
 */
public record AdminSettings(
        int port, String given, @Nullable Path file) {

    private static final Pattern TOKEN = Pattern.compile("[!-~]{16,512}");

    /** Whether there is an admin API. */
    public boolean on() {
        return port > 0;
    }

    /** The token that holds now, read anew where it is in a file; empty when there is none that is good: nobody is let in. */
    public String token() {
        if (file == null) {
            return given;
        }
        try {
            String content = Files.readString(file).strip();
            return isToken(content) ? content : "";
        } catch (IOException e) {
            return "";
        }
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "AdminSettings[port=" + port + "]";
    }

    static boolean isToken(String value) {
        return TOKEN.matcher(value).matches();
    }
}
