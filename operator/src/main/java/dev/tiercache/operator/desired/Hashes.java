package dev.tiercache.operator.desired;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, as passwords in ACL files and restart hashes need it. */
public final class Hashes {
    private Hashes() {}

    /** 64 lower-case hexadecimal digits: what Redis' ACL takes after '#'. */
    public static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /** 16 hexadecimal digits: enough to tell two renderings apart. */
    static String brief(String text) {
        return sha256(text).substring(0, 16);
    }
}
