package dev.tiercache.operator.desired;

import java.util.List;

/**
 * The passwords of one resource.
 *
 * @param client password of the user {@code default}; generated, or from the Secret that {@code auth.secretRef} names,
 *     without the line break that often ends it there. Not used where {@code auth.mode} is Disabled
 * @param operator password of the user {@code operator}, generated
 * @param exporter password of the user {@code exporter} (probes, metrics), generated
 * @param replication password of the user {@code replication}, as which replicas follow the master, generated; empty
 *     where there are no replicas
 * @param sentinel password of the user {@code sentinel}, as which Sentinels and start scripts ask, generated; empty
 *     where there are no Sentinels
 * @param retiring SHA-256 hashes (64 lower-case hexadecimal digits) of former client passwords that Redis still
 *     accepts, until every client has read the new one
 * @param retiringExporter the same of the user {@code exporter}: probes read its password from a mounted file, too
 */
public record Credentials(
        String client,
        String operator,
        String exporter,
        String replication,
        String sentinel,
        List<String> retiring,
        List<String> retiringExporter) {

    public Credentials {
        retiring = retiring.stream().sorted().distinct().toList();
        retiringExporter = retiringExporter.stream().sorted().distinct().toList();
    }

    public Credentials(String client, String operator, String exporter, List<String> retiring) {
        this(client, operator, exporter, "", "", retiring, List.of());
    }

    public Credentials(String client, String operator, String exporter) {
        this(client, operator, exporter, List.of());
    }

    /** The same with passwords of the users that there are in mode Sentinel. */
    public Credentials withSentinel(String replicationPassword, String sentinelPassword) {
        return new Credentials(
                client, operator, exporter, replicationPassword, sentinelPassword, retiring, retiringExporter);
    }

    /** Whether Redis still accepts a former password of anybody. */
    public boolean rotating() {
        return !retiring.isEmpty() || !retiringExporter.isEmpty();
    }

    /** Without the passwords: this may reach a log. */
    @Override
    public String toString() {
        return "Credentials[retiring=" + (retiring.size() + retiringExporter.size()) + "]";
    }
}
