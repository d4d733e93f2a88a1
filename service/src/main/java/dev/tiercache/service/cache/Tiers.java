package dev.tiercache.service.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.tiercache.service.cache.l1.L1;
import dev.tiercache.service.cache.l1.L1Entry;
import dev.tiercache.service.cache.l2.Envelope;
import dev.tiercache.service.cache.l2.L2;
import dev.tiercache.service.cache.metrics.CacheMeters;
import dev.tiercache.service.cache.metrics.CacheMeters.Read;
import dev.tiercache.service.cache.model.CacheSettings;
import dev.tiercache.service.cache.model.CachedValue;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Moves values between the two tiers, and lets nothing pass that was purged or invalidated on its way. */
final class Tiers {

    private final L1 l1;
    private final L2 l2;
    private final Barriers barriers;
    private final Tags tags;
    private final SharedClock clock;
    private final Ticker ticker;
    private final CacheMeters meters;

    Tiers(L1 l1, L2 l2, Barriers barriers, Tags tags, SharedClock clock, Ticker ticker, CacheMeters meters) {
        this.l1 = l1;
        this.l2 = l2;
        this.barriers = barriers;
        this.tags = tags;
        this.clock = clock;
        this.ticker = ticker;
        this.meters = meters;
    }

    /**
     * Taken before a value is looked for or computed: tells later what has happened in between.
     *
     * @param l1Stamp the invalidations of L1
     * @param generation the purges
     * @param epoch the epoch of the link to L2
     * @param tick when, by the ticker
     */
    record Mark(long l1Stamp, long generation, long epoch, long tick) {}

    /**
     * What L2 said of a name.
     *
     * @param value a value that may be served; null when there is none
     * @param read what the read came to
     */
    record Lookup(@Nullable CachedValue value, Read read) {

        /** Whether L2 answered at all. */
        boolean answered() {
            return read != Read.UNAVAILABLE;
        }
    }

    Mark mark(String name) {
        return mark(name, l2.epoch());
    }

    private Mark mark(String name, long epoch) {
        return new Mark(l1.stamp(name), barriers.generation(), epoch, ticker.read());
    }

    /** Asks L2. What can't be read, or was purged, is removed there. */
    Lookup lookUp(String name, CacheSettings now) {
        Lookup found = lookAgain(name, now);
        meters.l2Read(found.read());
        return found;
    }

    /** Asks L2 again, for what a first look did not find or found to be old. Not counted: nobody asked for it twice. */
    Lookup lookAgain(String name, CacheSettings now) {
        String key = now.keyPrefix() + name;
        return read(name, key, l2.get(key, Duration.ofMillis(now.l2CommandTimeoutMillis())), now);
    }

    /**
     * Brings values from L2 into L1.
     *
     * @return how many L1 has taken
     */
    int fetchAll(List<String> names, CacheSettings now) {
        // A batch is more to send than one value is.
        Duration timeout = Duration.ofMillis(10 * now.l2CommandTimeoutMillis());
        int taken = 0;
        for (Batched each : lookUpAll(names, l2.epoch(), keys -> l2.getAll(keys, timeout), now)) {
            CachedValue value = each.found().value();
            if (value != null && keep(each.name(), value, true, now, each.mark())) {
                taken++;
            }
        }
        return taken;
    }

    /** What one of many lookups in a batch came to, and the mark taken before it. */
    record Batched(String name, Mark mark, Lookup found) {}

    /** Asks for several in one round trip. Not counted: nobody asked for them by themselves. */
    List<Batched> lookUpAll(
            List<String> names, long epoch, Function<List<String>, List<L2.Reply>> getAll, CacheSettings now) {
        List<Mark> marks = names.stream().map(name -> mark(name, epoch)).toList();
        List<String> keys = names.stream().map(name -> now.keyPrefix() + name).toList();
        List<L2.Reply> replies = getAll.apply(keys);
        return IntStream.range(0, names.size())
                .mapToObj(i ->
                        new Batched(names.get(i), marks.get(i), read(names.get(i), keys.get(i), replies.get(i), now)))
                .toList();
    }

    /** Has L1 keep a value, unless it was invalidated or purged since the mark. */
    boolean keep(String name, CachedValue value, boolean inL2, CacheSettings now, Mark mark) {
        long tick = ticker.read();
        L1Entry entry = L1Entry.of(value, now, tick, clock.millisAt(tick), mark.epoch(), inL2);
        return l1.put(name, entry, mark.l1Stamp());
    }

    /**
     * What was computed, and which tiers took it.
     *
     * @param value the value
     * @param inL1 whether L1 keeps it
     * @param inL2 whether it is on its way to L2
     */
    record Stored(CachedValue value, boolean inL1, boolean inL2) {}

    /** Has both tiers keep what was computed since the mark, unless it was purged since. */
    Stored store(String name, byte[] body, CacheSettings now, Mark mark) {
        // Its age counts from the begin of the computation: that is when its data were read.
        long took = TimeUnit.NANOSECONDS.toMillis(ticker.read() - mark.tick());
        CachedValue value = new CachedValue(body, clock.millisAt(mark.tick()), jittered(now), took);
        // Somebody wrote meanwhile, or a neighbour of the same stripe changed: what is newer there stays.
        boolean changed = l1.stamp(name) != mark.l1Stamp();
        boolean sent = send(name, value, now, mark, changed ? l2::putIfNewer : l2::put);
        return new Stored(value, keep(name, value, sent, now, mark), sent);
    }

    /** Gives L2 what L1 holds and L2 lacks, unless something newer comes there meanwhile, and L1 keeps it. */
    void give(String name, CachedValue value, CacheSettings now, Mark mark) {
        give(name, value, now, mark, l2::putIfNewer);
    }

    /** @param write how it is written, behind the caller's back */
    void give(String name, CachedValue value, CacheSettings now, Mark mark, Function<L2.Entry, L2.Write> write) {
        keep(name, value, send(name, value, now, mark, write), now, mark);
    }

    private boolean send(
            String name, CachedValue value, CacheSettings now, Mark mark, Function<L2.Entry, L2.Write> write) {
        String key = now.keyPrefix() + name;
        long expires = value.createdAtMillis() + value.ttlMillis();
        if (barriers.cover(name, value.createdAtMillis(), mark.generation())
                || expires <= clock.millis()
                || !Envelope.plain(key)
                || value.body().length > Envelope.MAX_BYTES) {
            meters.writeDropped();
            return false;
        }
        byte[] bytes = Envelope.encode(key, value, tags.of(name), now.l2Format());
        L2.Entry entry = new L2.Entry(key, bytes, value.createdAtMillis(), expires);
        return write.apply(entry) == L2.Write.SENT;
    }

    private Lookup read(String name, String key, L2.Reply reply, CacheSettings now) {
        return switch (reply) {
            case L2.Reply.Absent() -> new Lookup(null, Read.MISS);
            case L2.Reply.Unavailable() -> new Lookup(null, Read.UNAVAILABLE);
            case L2.Reply.Found(byte[] bytes) -> decode(name, key, bytes, now);
        };
    }

    /** What may not be served is removed there, so that the next one does not read it in vain. */
    private Lookup decode(String name, String key, byte[] bytes, CacheSettings now) {
        CachedValue value;
        try {
            value = Envelope.decode(key, bytes);
        } catch (Envelope.UnreadableException e) {
            l2.remove(key);
            return new Lookup(null, Read.UNREADABLE);
        }
        if (barriers.cover(name, value.createdAtMillis(), Long.MAX_VALUE)) {
            l2.remove(key);
            return new Lookup(null, Read.MISS);
        }
        boolean over = value.ageMillis(clock.millis()) >= Math.min(value.ttlMillis(), now.l2TtlMillis());
        return over ? new Lookup(null, Read.MISS) : new Lookup(value, Read.HIT);
    }

    /** Downwards only: nobody may find a TTL above the one that was set. */
    private static long jittered(CacheSettings now) {
        long most = now.l2TtlMillis() * now.l2TtlJitterPercent() / 100;
        return most == 0
                ? now.l2TtlMillis()
                : now.l2TtlMillis() - ThreadLocalRandom.current().nextLong(most + 1);
    }
}
