package dev.tiercache.service.cache.l2.redis;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A PEM file of the authorities that the service trusts, which may change while it runs. */
final class TrustFile {

    private static final Logger LOG = LoggerFactory.getLogger(TrustFile.class);
    private static final int MAX_BYTES = 1 << 20;

    private final Path file;
    private volatile byte[] remembered = new byte[0];
    private volatile byte[] refused = new byte[0];

    TrustFile(Path file) {
        this.file = file;
    }

    /**
     * Reads it for a new connection.
     *
     * @throws ExecutionException when it cannot be read
     */
    byte[] load() throws ExecutionException {
        try {
            return read();
        } catch (IOException e) {
            throw new ExecutionException(new IOException("REDIS_TLS_CA_FILE cannot be read: " + e.getMessage(), e));
        }
    }

    /**
     * Keeps in mind what it holds now, for {@link #changed}.
     *
     * @throws ExecutionException when it cannot be read
     */
    void remember() throws ExecutionException {
        remembered = load();
    }

    /** Whether it holds other certificates than are kept in mind. One that holds none has not changed yet. */
    boolean changed() {
        try {
            byte[] content = read();
            if (Arrays.equals(content, remembered) || Arrays.equals(content, refused)) {
                return false;
            }
            if (holdsCertificates(content)) {
                return true;
            }
            refused = content;
            LOG.warn(
                    "event=l2_ca_file_refused file={} reason=\"no certificates\" effect=\"the connection stays\"",
                    file);
            return false;
        } catch (IOException e) {
            // Between two versions of a mounted folder there may be none.
            return false;
        }
    }

    private byte[] read() throws IOException {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(MAX_BYTES);
        }
    }

    private static boolean holdsCertificates(byte[] content) {
        try {
            return !CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(content))
                    .isEmpty();
        } catch (CertificateException e) {
            return false;
        }
    }
}
