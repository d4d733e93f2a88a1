package dev.tiercache.e2e.ledger.redis;

import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.ValueListOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * The Sentinels of one master, each by its own address: asked in turn who it is, and all listened to for switches.
 *
 * <p>Sentinels learn of a failover one after the other. Whoever was sent to a server that turned out to be no master asks
 * the next one.
 */
final class Sentinels implements AutoCloseable {

    /** One that takes longer is as good as dead: there are others. */
    private static final Duration TIMEOUT = Duration.ofMillis(500);

    private static final long SIGN_OF_LIFE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long DISTRUST_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final String SWITCHED = "+switch-master";

    private final RedisTarget target;
    private final Connector connector;
    private final Consumer<Address> moved;
    private final List<Thread> listeners;
    private final Map<Integer, Long> silent = new ConcurrentHashMap<>();
    private volatile int lastGood;
    private volatile boolean closed;

    /** Listens at once; {@code moved} is told the new master's address and must not block. */
    Sentinels(RedisTarget target, Connector connector, Consumer<Address> moved) {
        this.target = target;
        this.connector = connector;
        this.moved = moved;
        this.listeners = target.addresses().stream()
                .map(address ->
                        Thread.ofVirtual().name("ledger-sentinel-" + address).start(() -> listen(address)))
                .toList();
    }

    /**
     * Asks for the master: the one that answered last, or the next one; and on to others while one is silent. Those that
     * were silent a moment ago come last.
     *
     * @param next whether the last answer was of no use
     */
    Address master(boolean next) throws TryFailedException, InterruptedException {
        TryFailedException failure = TryFailedException.of(TryFailedException.NO_SENTINEL, "there is none");
        for (int index : order(lastGood + (next ? 1 : 0))) {
            Address sentinel = target.addresses().get(index);
            try {
                Address master = ask(sentinel);
                lastGood = index;
                return master;
            } catch (TryFailedException e) {
                failure = TryFailedException.of(TryFailedException.NO_SENTINEL, sentinel + ": " + e.getMessage());
                silent.put(index, System.nanoTime());
            }
        }
        throw failure;
    }

    private List<Integer> order(int first) {
        int count = target.addresses().size();
        return IntStream.range(first, first + count)
                .mapToObj(i -> i % count)
                .sorted(Comparator.comparing(this::wasSilent))
                .toList();
    }

    private boolean wasSilent(int index) {
        Long since = silent.get(index);
        return since != null && System.nanoTime() - since < DISTRUST_NANOS;
    }

    @Override
    public void close() {
        closed = true;
        listeners.forEach(Thread::interrupt);
    }

    private Address ask(Address sentinel) throws TryFailedException, InterruptedException {
        StatefulRedisPubSubConnection<String, String> connection = connector.sentinel(sentinel, TIMEOUT);
        try {
            List<String> hostAndPort = Session.await(
                    connection
                            .async()
                            .dispatch(
                                    CommandType.SENTINEL,
                                    new ValueListOutput<>(StringCodec.UTF8),
                                    new CommandArgs<>(StringCodec.UTF8)
                                            .add("GET-MASTER-ADDR-BY-NAME")
                                            .add(target.masterName())),
                    TIMEOUT);
            if (hostAndPort.size() != 2) {
                throw TryFailedException.of(
                        TryFailedException.NO_SENTINEL, "it knows no master called " + target.masterName());
            }
            return new Address(hostAndPort.getFirst(), Integer.parseInt(hostAndPort.getLast()));
        } finally {
            var unused = connection.closeAsync();
        }
    }

    /** Stays with one Sentinel, and comes back to it when it was away. */
    private void listen(Address sentinel) {
        for (int failures = 0; !closed; failures++) {
            try {
                StatefulRedisPubSubConnection<String, String> connection = connector.sentinel(sentinel, TIMEOUT);
                try {
                    failures = 0;
                    hear(connection);
                } finally {
                    var unused = connection.closeAsync();
                }
            } catch (TryFailedException e) {
                LockSupport.parkNanos(Backoff.nanos(failures + 1));
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void hear(StatefulRedisPubSubConnection<String, String> connection)
            throws TryFailedException, InterruptedException {
        connection.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, String message) {
                // name, old host, old port, new host, new port
                String[] words = message.split(" ", -1);
                if (words.length == 5 && words[0].equals(target.masterName())) {
                    moved.accept(new Address(words[3], Integer.parseInt(words[4])));
                }
            }
        });
        var unused = connection.async().subscribe(SWITCHED);
        while (!closed) {
            Session.await(connection.async().ping(), TIMEOUT);
            TimeUnit.NANOSECONDS.sleep(SIGN_OF_LIFE_NANOS);
        }
    }
}
