package dev.tiercache.bench;

import dev.tiercache.bench.peer.JetCachePeer;
import dev.tiercache.bench.peer.Stranger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** JetCache with its broadcast. */
final class JetCachePair implements Pair {

    private final Stranger stranger;
    private final List<JetCachePeer> caches;

    JetCachePair(String url) {
        stranger = new Stranger(url);
        caches = Stream.generate(() -> new JetCachePeer(url, Duration.ofSeconds(1)))
                .limit(2)
                .toList();
    }

    @Override
    public void hold(String value) {
        caches.getFirst().put("key", bytes(value));
        Pair.await(() -> read(0).equals(value) & read(1).equals(value), () -> read(0) + ", " + read(1));
    }

    @Override
    public String change(Change change, String value) {
        switch (change) {
            case SET -> {
                caches.getFirst().put("other", bytes(value));
                stranger.redis().set(rawKey("key"), stranger.redis().get(rawKey("other")));
            }
            case DEL -> stranger.redis().del(rawKey("key"));
            case FLUSHALL -> stranger.redis().flushall();
        }
        return change == Change.SET ? value : "";
    }

    @Override
    public String changeByItself(String value) {
        caches.getFirst().put("key", bytes(value));
        return value;
    }

    @Override
    public String read(int instance) {
        return text(caches.get(instance).get("key"));
    }

    @Override
    public String breakAndSet(String value) {
        caches.getFirst().put("other", bytes(value));
        stranger.killOthersAndSet(rawKey("key"), stranger.redis().get(rawKey("other")));
        return value;
    }

    @Override
    public void close() {
        caches.forEach(JetCachePeer::close);
        stranger.close();
    }

    private String rawKey(String key) {
        return stranger.redis().keys("jetcache:*" + key).getFirst();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }
}
