package dev.tiercache.service.stream;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one client. However slowly it reads, that is one update (the newest), one notice (the newest) and a few
 * answers. Not thread-safe.
 */
final class Outbox {

    /** What becomes of a message when the client does not read. */
    enum Kind {
        /** Signals: a newer one takes the place of the one that waits. */
        UPDATE,
        /** What the server says by itself: a newer one takes the place of the one that waits. */
        NOTICE,
        /** An answer to a client's chat: not taken where there is no room, and never in the way of the others. */
        ANSWER,
        /** The last word: always taken. */
        FAREWELL
    }

    private record Message(Kind kind, String text) {}

    private final int room;
    private final Deque<Message> waiting = new ArrayDeque<>();

    /**
     * Makes an empty one.
     *
     * @param room messages that wait at most, the farewell not counted; at least 3
     */
    Outbox(int room) {
        this.room = room;
    }

    /** Takes a message; returns how many are lost by that: 0 or 1, the one that waited or this one. */
    int put(Kind kind, String text) {
        // An update and a notice find room even when the chat has taken all of its own.
        if (kind == Kind.ANSWER && waiting.size() >= room - 2) {
            return 1;
        }
        boolean replaced = (kind == Kind.UPDATE || kind == Kind.NOTICE) && waiting.removeIf(m -> m.kind() == kind);
        waiting.addLast(new Message(kind, text));
        return replaced ? 1 : 0;
    }

    /** Takes out what waited longest; null where nothing waits. */
    @Nullable
    String poll() {
        Message next = waiting.pollFirst();
        return next == null ? null : next.text();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }
}
