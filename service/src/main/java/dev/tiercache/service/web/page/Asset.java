package dev.tiercache.service.web.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * One file of the page as it is sent.
 *
 * @param type its media type
 * @param body its bytes
 * @param etag made of its bytes, so that the same file has the same tag on every instance; weak, because Tomcat
 *     compresses nothing that has a strong one
 */
@SuppressWarnings("ArrayRecordComponent") // Written to answers, never compared.
record Asset(String type, byte[] body, String etag) {

    private static final int ETAG_BYTES = 12;

    /** Reads one of this build's files. */
    static Asset read(String name) {
        try (InputStream in = Objects.requireNonNull(Asset.class.getResourceAsStream(name), name)) {
            byte[] body = in.readAllBytes();
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
            String etag = "W/\"" + HexFormat.of().formatHex(Arrays.copyOf(digest, ETAG_BYTES)) + '"';
            return new Asset(type(name), body, etag);
        } catch (IOException e) {
            throw new UncheckedIOException("the file " + name + " of this build cannot be read", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static String type(String name) {
        return switch (name.substring(name.lastIndexOf('.'))) {
            case ".html" -> "text/html;charset=utf-8";
            case ".css" -> "text/css;charset=utf-8";
            case ".js" -> "text/javascript;charset=utf-8";
            case ".svg" -> "image/svg+xml";
            default -> throw new IllegalArgumentException("no media type is known for " + name);
        };
    }
}
