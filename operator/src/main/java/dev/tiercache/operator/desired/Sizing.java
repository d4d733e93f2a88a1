package dev.tiercache.operator.desired;

import dev.tiercache.operator.crd.CacheDeploymentSpec;
import dev.tiercache.operator.crd.RedisSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Memory of Redis, in bytes.
 *
 * @param maxMemory maxmemory of the server
 * @param memoryLimit request and limit of the container; above {@code maxMemory}
 */
public record Sizing(long maxMemory, long memoryLimit) {

    private static final long MI = 1L << 20;

    /** A master with replicas forks for them, too. */
    static Sizing of(CacheDeploymentSpec spec) {
        RedisSpec redis = spec.redis();
        long maxMemory = bytes(redis.memory().maxMemory());
        Quantity limit = redis.memory().limit();
        return new Sizing(
                maxMemory,
                limit == null
                        ? derivedLimit(maxMemory, redis.persistence().isDurable() || spec.isSentinel())
                        : bytes(limit));
    }

    /**
     * Buffers and fragmentation take about a quarter; the child that rewrites a file shares its pages with the server
     * until the server writes to them (copy-on-write), so a server that forks gets half. Rounded up to whole Mi.
     */
    static long derivedLimit(long maxMemory, boolean forks) {
        long share = forks ? Math.ceilDiv(maxMemory, 2) : Math.ceilDiv(maxMemory, 4);
        return Math.ceilDiv(maxMemory + share + 64 * MI, MI) * MI;
    }

    /** {@code memoryLimit} as a quantity, such as 832Mi. */
    public String memoryLimitText() {
        return text(memoryLimit);
    }

    static long bytes(Quantity quantity) {
        BigDecimal bytes = quantity.getNumericalAmount();
        return bytes.setScale(0, RoundingMode.CEILING).longValueExact();
    }

    /**
     * The form that Kubernetes itself would write: a quantity in another form would come back changed and look like
     * drift for ever.
     */
    static String text(long bytes) {
        for (Unit unit : Unit.values()) {
            if (bytes % unit.bytes == 0) {
                return bytes / unit.bytes + unit.name();
            }
        }
        return Long.toString(bytes);
    }

    /** Largest first, and the binary ones before the decimal ones. */
    private enum Unit {
        Ti(1L << 40),
        Gi(1L << 30),
        Mi(1L << 20),
        Ki(1L << 10),
        T(1_000_000_000_000L),
        G(1_000_000_000L),
        M(1_000_000L),
        k(1_000L);

        private final long bytes;

        Unit(long bytes) {
            this.bytes = bytes;
        }
    }
}
