package dev.tiercache.e2e.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tiercache.operator.crd.CacheDeployment;
import dev.tiercache.operator.desired.Credentials;
import dev.tiercache.operator.desired.Desired;
import dev.tiercache.operator.desired.ImageDefaults;
import dev.tiercache.operator.desired.Inputs;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The pods of one CacheDeployment of mode Sentinel as processes on this machine: each has an address of the loopback
 * network in place of its Service, and runs the operator's own files, with nothing changed but where they lie.
 */
public final class PodProcesses implements AutoCloseable {
    private static final int ATTEMPTS = 20;

    private final Path directory;
    private final CacheDeployment cache;
    private final Desired desired;
    private final Credentials credentials;
    private final Map<String, String> addresses;
    private final Map<String, PodProcess> pods = new TreeMap<>();

    private PodProcesses(Path directory, CacheDeployment cache, Map<String, String> addresses) {
        this.directory = directory;
        this.cache = cache;
        this.addresses = Map.copyOf(addresses);
        credentials = new Credentials("client-pass", "operator-pass", "exporter-pass")
                .withSentinel("replication-pass", "sentinel-pass");
        desired = Desired.of(
                cache,
                new Inputs(
                        new ImageDefaults("redis:8", "tiercache/service:0.1.0"),
                        credentials,
                        addresses,
                        cache.getSpec().redisReplicas()));
        Stream.concat(redises().stream(), sentinels().stream())
                .forEach(pod -> pods.put(pod, new PodProcess(pod, address(pod), write(pod))));
    }

    /**
     * Writes the files of all pods; nothing is started yet.
     *
     * @param spec of the CacheDeployment, as YAML on one line; its mode is Sentinel
     */
    public static PodProcesses of(String spec) {
        CacheDeployment cache = Serialization.unmarshal("""
                apiVersion: tiercache.dev/v1alpha1
                kind: CacheDeployment
                metadata: {name: reports, namespace: ns, uid: cache-uid, generation: 1}
                spec: %s
                """.formatted(spec), CacheDeployment.class);
        try {
            Path directory = Files.createTempDirectory("pods-");
            Map<String, String> addresses = new HashMap<>();
            String network = freeNetwork(cache);
            for (int i = 0; i < cache.getSpec().redisReplicas(); i++) {
                addresses.put("reports-redis-" + i, network + (10 + i));
            }
            for (int i = 0; i < cache.getSpec().effectiveSentinel().replicas(); i++) {
                addresses.put("reports-sentinel-" + i, network + (20 + i));
            }
            return new PodProcesses(directory, cache, addresses);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A part of the loopback network in which nobody listens on our ports. */
    private static String freeNetwork(CacheDeployment cache) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            var random = ThreadLocalRandom.current();
            String network = "127." + random.nextInt(10, 250) + "." + random.nextInt(1, 250) + ".";
            if (isFree(network + 10, 6379) && isFree(network + 20, 26379)) {
                return network;
            }
        }
        throw new IllegalStateException(
                "no free loopback addresses for " + cache.getMetadata().getName()
                        + ": something listens on the ports 6379 or 26379 of all addresses: stop it");
    }

    private static boolean isFree(String address, int port) {
        try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getByName(address))) {
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    public CacheDeployment cache() {
        return cache;
    }

    public Desired desired() {
        return desired;
    }

    public Credentials credentials() {
        return credentials;
    }

    /** Address by name of the pod. */
    public Map<String, String> addresses() {
        return addresses;
    }

    /** Every pod. */
    public Collection<PodProcess> all() {
        return pods.values();
    }

    /** Where clients ask for the master. */
    public String url() {
        return sentinels().stream()
                .map(name -> pod(name).address() + ":" + pod(name).port())
                .collect(Collectors.joining(",", "redis-sentinel://", "/0#ns-reports"));
    }

    public PodProcess pod(String name) {
        return Objects.requireNonNull(pods.get(name), name);
    }

    public PodProcess redis(int ordinal) {
        return pod("reports-redis-" + ordinal);
    }

    public PodProcess sentinel(int ordinal) {
        return pod("reports-sentinel-" + ordinal);
    }

    /** Names of the Redis pods. */
    public List<String> redises() {
        return IntStream.range(0, cache.getSpec().redisReplicas())
                .mapToObj(i -> "reports-redis-" + i)
                .toList();
    }

    /** Names of the Sentinel pods. */
    public List<String> sentinels() {
        return IntStream.range(0, cache.getSpec().effectiveSentinel().replicas())
                .mapToObj(i -> "reports-sentinel-" + i)
                .toList();
    }

    /** Starts every pod that does not run. */
    public void startAll() {
        pods.values().stream().filter(pod -> !pod.isRunning()).forEach(PodProcess::start);
    }

    /** What all pods wrote, for the message of a failed test. */
    public String logs() {
        StringBuilder all = new StringBuilder();
        pods.forEach((name, pod) -> {
            List<String> lines = pod.log().lines().toList();
            all.append("--- ")
                    .append(name)
                    .append(' ')
                    .append(addresses.get(name))
                    .append('\n');
            lines.stream()
                    .skip(Math.max(0, lines.size() - 40))
                    .forEach(line -> all.append(line).append('\n'));
        });
        return all.toString();
    }

    @Override
    public void close() {
        pods.values().forEach(PodProcess::close);
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(PodProcesses::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path write(String pod) {
        boolean sentinel = pod.contains("-sentinel-");
        Path home = directory.resolve(pod);
        Map<String, String> places = new HashMap<>();
        places.put(sentinel ? "etc/sentinel" : "etc/redis", sentinel ? "reports-sentinel" : "reports-redis");
        try {
            Files.createDirectories(home.resolve("data"));
            Files.createDirectories(home.resolve("shm"));
            for (var place : places.entrySet()) {
                for (var file : map(place.getValue()).entrySet()) {
                    put(home, place.getKey() + "/" + file.getKey(), file.getValue(), pod);
                }
            }
            secret("reports-redis-acl").forEach((file, text) -> put(home, "etc/tiercache/acl/" + file, text, pod));
            secret("reports-auth").forEach((file, text) -> put(home, "etc/tiercache/auth/" + file, text, pod));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return home;
    }

    private void put(Path home, String file, String text, String pod) {
        String here = text.replace("/etc/redis", home + "/etc/redis")
                .replace("/etc/sentinel", home + "/etc/sentinel")
                .replace("/etc/tiercache", home + "/etc/tiercache")
                .replaceAll("(?<![\\w/-])/data", home + "/data")
                .replace("bind * -::*", "bind " + address(pod))
                .replace("ask 127.0.0.1 ", "ask " + address(pod) + " ")
                .replace("/dev/shm", home + "/shm")
                .replace("/proc/1/fd/1", home + "/log");
        try {
            Path path = home.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, here);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String address(String pod) {
        return Objects.requireNonNull(addresses.get(pod), pod);
    }

    private Map<String, String> map(String name) {
        return desired.objects().stream()
                .filter(object -> object instanceof ConfigMap
                        && object.getMetadata().getName().equals(name))
                .map(object -> ((ConfigMap) object).getData())
                .findFirst()
                .orElseThrow();
    }

    private Map<String, String> secret(String name) {
        Map<String, String> text = new TreeMap<>();
        List<Secret> secrets = new ArrayList<>();
        desired.objects().stream()
                .filter(object -> object instanceof Secret
                        && object.getMetadata().getName().equals(name))
                .forEach(object -> secrets.add((Secret) object));
        secrets.getFirst()
                .getData()
                .forEach((key, value) ->
                        text.put(key, new String(Base64.getDecoder().decode(value), UTF_8)));
        return text;
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
