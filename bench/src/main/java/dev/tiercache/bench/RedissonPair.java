package dev.tiercache.bench;

import dev.tiercache.bench.peer.RedissonPeer;
import dev.tiercache.bench.peer.Stranger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Redisson's local cached map. */
final class RedissonPair implements Pair {

    private static final byte[] KEY = bytes("key");

    private final Stranger stranger;
    private final List<RedissonPeer> caches;

    RedissonPair(String url) {
        stranger = new Stranger(url);
        caches = Stream.generate(() -> new RedissonPeer(url)).limit(2).toList();
    }

    @Override
    public void hold(String value) {
        caches.getFirst().put(KEY, bytes(value));
        Pair.await(() -> read(0).equals(value) & read(1).equals(value), () -> read(0) + ", " + read(1));
    }

    @Override
    public String change(Change change, String value) {
        switch (change) {
            case SET -> stranger.redis().hset(RedissonPeer.MAP, "key", bytes(value));
            case DEL -> stranger.redis().del(RedissonPeer.MAP);
            case FLUSHALL -> stranger.redis().flushall();
        }
        return change == Change.SET ? value : "";
    }

    @Override
    public String changeByItself(String value) {
        caches.getFirst().put(KEY, bytes(value));
        return value;
    }

    @Override
    public String read(int instance) {
        return text(caches.get(instance).get(KEY));
    }

    @Override
    public String breakAndSet(String value) {
        throw new UnsupportedOperationException("its hash is not set by SET");
    }

    @Override
    public void close() {
        caches.forEach(RedissonPeer::close);
        stranger.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }
}
