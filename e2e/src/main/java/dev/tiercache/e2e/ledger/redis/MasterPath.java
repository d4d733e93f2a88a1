package dev.tiercache.e2e.ledger.redis;

import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All links to the master of one target, and the Sentinels that move them. */
public final class MasterPath implements AutoCloseable {

    private final RedisTarget target;
    private final Duration timeout;
    private final Consumer<Session> opened;
    private final Connector connector;
    private final @Nullable Sentinels sentinels;
    private final List<MasterLink> links = new CopyOnWriteArrayList<>();
    private volatile @Nullable Address lastMove;

    /**
     * Begins to listen to the Sentinels, if there are any.
     *
     * @param timeout how long a connection may take to be made, and to say who it is
     * @param opened told of every session with a master
     */
    public MasterPath(RedisTarget target, Duration timeout, Consumer<Session> opened) {
        this.target = target;
        this.timeout = timeout;
        this.opened = opened;
        this.connector = new Connector(target, timeout);
        this.sentinels = target.hasSentinels() ? new Sentinels(target, connector, this::moved) : null;
    }

    /** A new connection to the master, which begins to be made. */
    public MasterLink link(String name) {
        MasterLink link = new MasterLink(name, this::open);
        links.add(link);
        return link;
    }

    @Override
    public void close() {
        if (sentinels != null) {
            sentinels.close();
        }
        links.forEach(MasterLink::close);
        connector.close();
    }

    private void moved(Address master) {
        lastMove = master;
        links.forEach(link -> link.moved(master));
    }

    private Session open(boolean refused) throws TryFailedException, InterruptedException {
        Address before = lastMove;
        Address address = sentinels == null ? target.addresses().getFirst() : sentinels.master(refused);
        StatefulRedisConnection<String, String> connection = connector.redis(address, timeout);
        boolean good = false;
        try {
            Session session = Session.over(connection, address, timeout);
            Address now = lastMove;
            if (now != null && !now.equals(before) && !now.equals(address)) {
                throw TryFailedException.of(TryFailedException.NOT_MASTER, address + " gave way to " + now);
            }
            opened.accept(session);
            good = true;
            return session;
        } finally {
            if (!good) {
                var unused = connection.closeAsync();
            }
        }
    }
}
