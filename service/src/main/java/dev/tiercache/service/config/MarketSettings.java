package dev.tiercache.service.config;

import dev.tiercache.service.market.MarketDataException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where market data come from: files where a folder is named, a server where a URL is, else they are made here.
 *
 * @param folder the folder of the source csv; null: another source
 * @param url the base URL of the source http; null: another source
 * @param givenKey what the source http asks for, where no file is named; empty: nothing
 * @param keyFile the file with the key, which wins over the other; null: none
 * @param concurrency how many questions to the source http are under way at once
 * @param stale how old an answer of the source http may become that stands in for one that it does not give
 */
public record MarketSettings(
        @Nullable Path folder,
        @Nullable URI url,
        String givenKey,
        @Nullable Path keyFile,
        int concurrency,
        Duration stale) {

    /** What can stand in a header. */
    private static final Pattern KEY = Pattern.compile("[!-~]{1,4096}");

    /**
     * The key that holds now, read anew where it is in a file; empty: none.
     *
     * @throws MarketDataException when the file cannot be read, or does not hold a key
     */
    public String apiKey() throws MarketDataException {
        if (keyFile == null) {
            return givenKey;
        }
        try {
            String content = Files.readString(keyFile).strip();
            if (isKey(content)) {
                return content;
            }
        } catch (IOException e) {
            throw new MarketDataException("MARKET_DATA_API_KEY_FILE cannot be read: " + e, e);
        }
        throw new MarketDataException(
                "MARKET_DATA_API_KEY_FILE must hold " + Variable.MARKET_DATA_API_KEY.expected() + ", and does not");
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "MarketSettings[folder=" + folder + ", url=" + url + "]";
    }

    static boolean isKey(String value) {
        return KEY.matcher(value).matches();
    }

    /** Whether it is one to put paths behind, without a login that would show up wherever the URL does. */
    static boolean isUrl(String value) {
        try {
            URI uri = URI.create(value);
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            return (scheme.equals("http") || scheme.equals("https"))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
