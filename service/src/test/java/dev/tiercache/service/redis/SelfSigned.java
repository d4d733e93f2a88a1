package dev.tiercache.service.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;

/**
 * A certificate that vouches for itself, and its key, as PEM files.
 *
 * @param certificate also the authority's file for who shall trust it
 */
public record SelfSigned(Path certificate, Path key) {

    private static final char[] PASSWORD = "changeit".toCharArray();

    /**
     * Makes one, by keytool, which every JDK has; it writes no PEM of keys, so that is done here.
     *
     * @param folder where the files go
     * @param alias what they are called
     * @param subjectAlternativeName for whom it is: {@code dns:localhost}
     */
    public static SelfSigned make(Path folder, String alias, String subjectAlternativeName) {
        try {
            KeyStore keys = generate(folder.resolve(alias + ".p12"), alias, subjectAlternativeName);
            return new SelfSigned(
                    Files.writeString(
                            folder.resolve(alias + ".crt"),
                            pem("CERTIFICATE", keys.getCertificate(alias).getEncoded())),
                    Files.writeString(
                            folder.resolve(alias + ".key"),
                            pem("PRIVATE KEY", keys.getKey(alias, PASSWORD).getEncoded())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static KeyStore generate(Path store, String alias, String subjectAlternativeName)
            throws IOException, GeneralSecurityException, InterruptedException {
        Process keytool = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        alias,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=" + alias,
                        "-ext",
                        "san=" + subjectAlternativeName,
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD)))
                .redirectErrorStream(true)
                .start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IllegalStateException("keytool made no certificate: " + output);
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }

    private static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END " + type + "-----\n";
    }
}
