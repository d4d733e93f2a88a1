package dev.tiercache.service.market.csv;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tiercache.service.market.MarketDataException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of one kind, each parsed once for each time it changes. Whether it has changed is asked of the file system at
 * each access, which also sees the symbolic links of a Kubernetes volume move. A change that cannot be parsed is logged
 * once and the copy before it stays in use, marked as one; without one, every access fails with what is wrong.
 */
final class WatchedFiles<T> {

    private static final Logger LOG = LoggerFactory.getLogger(WatchedFiles.class);
    private static final long MAX_BYTES = 16L << 20;

    /** Makes a value of a file's text; the name is for errors. */
    interface Parser<T> {
        T parse(String name, String text) throws MarketDataException;
    }

    /**
     * What a file holds.
     *
     * @param value it
     * @param copyFrom when the file was changed that this is of, where the one of now cannot be used; null: it is of now
     */
    record Found<T>(T value, @Nullable Instant copyFrom) {}

    /** What tells one state of a file from the next: an exchanged file has another key. */
    private record Stamp(
            FileTime modified, long size, @Nullable Object key) {}

    /** What a file came to at one stamp. */
    private sealed interface Copy<T> {
        Stamp stamp();
    }

    private record Usable<T>(Stamp stamp, Found<T> found) implements Copy<T> {}

    private record Refused<T>(Stamp stamp, MarketDataException error) implements Copy<T> {}

    private final Path folder;
    private final Parser<T> parser;
    private final Cache<String, Copy<T>> copies;

    /**
     * Watches files below {@code folder}.
     *
     * @param kept how many parsed files are kept at most
     */
    WatchedFiles(Path folder, int kept, Parser<T> parser) {
        this.folder = folder;
        this.parser = parser;
        copies = Caffeine.newBuilder().maximumSize(kept).build();
    }

    /** The file's value as it is now; empty where there is no such file. */
    Optional<Found<T>> get(String name) throws MarketDataException {
        Stamp stamp;
        try {
            BasicFileAttributes attributes = Files.readAttributes(folder.resolve(name), BasicFileAttributes.class);
            stamp = new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new MarketDataException(name + " cannot be read: " + e.getMessage(), e);
        }
        Copy<T> known = copies.getIfPresent(name);
        if (known == null || !known.stamp().equals(stamp)) {
            known = read(name, stamp, known);
            copies.put(name, known);
        }
        return switch (known) {
            case Usable<T>(Stamp at, Found<T> found) -> Optional.of(found);
            case Refused<T>(Stamp at, MarketDataException error) ->
                throw new MarketDataException(String.valueOf(error.getMessage()), error);
        };
    }

    private Copy<T> read(String name, Stamp stamp, @Nullable Copy<T> before) {
        MarketDataException error;
        try {
            if (stamp.size > MAX_BYTES) {
                throw new MarketDataException(name + " has " + stamp.size + " bytes, more than " + MAX_BYTES);
            }
            T value = parser.parse(name, Files.readString(folder.resolve(name)));
            return new Usable<>(stamp, new Found<>(value, null));
        } catch (CharacterCodingException e) {
            error = new MarketDataException(name + " is not UTF-8", e);
        } catch (IOException e) {
            error = new MarketDataException(name + " cannot be read: " + e.getMessage(), e);
        } catch (MarketDataException e) {
            error = e;
        }
        Copy<T> now = before instanceof Usable<T>(Stamp at, Found<T>(T value, Instant from))
                ? new Usable<>(stamp, new Found<>(value, from == null ? at.modified.toInstant() : from))
                : new Refused<>(stamp, error);
        LOG.warn(
                "event=market_file_refused file={} kept={} reason=\"{}\"",
                name,
                now instanceof Usable ? "previous" : "none",
                String.valueOf(error.getMessage()).replace('"', '\''));
        return now;
    }
}
