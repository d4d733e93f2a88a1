package dev.tiercache.service.cache.l2.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.service.cache.l2.L2.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What waits to be written is bounded, in order, and the latest of each key. */
class WriteQueueTest {

    private final WriteQueue queue = new WriteQueue();

    @Test
    void theLatestValueOfAKeyWins() {
        queue.add(entry("a", 1));
        queue.add(entry("b", 1));
        queue.add(entry("a", 3));
        queue.add(entry("a", 2));

        assertThat(all()).containsExactly(entryOf("b", 1), entryOf("a", 3));
        assertThat(queue.bytes()).isZero();
    }

    @Test
    void theOldestGiveWayWhenThereAreTooMany() {
        int dropped = 0;
        for (int i = 0; i < WriteQueue.MAX_KEYS + 3; i++) {
            dropped += queue.add(entry("k" + i, i));
        }

        assertThat(dropped).isEqualTo(3);
        assertThat(queue.size()).isEqualTo(WriteQueue.MAX_KEYS);
        assertThat(all().getFirst()).isEqualTo("k3@3");
    }

    @Test
    void theOldestGiveWayWhenTheyTakeTooMuch() {
        for (int i = 0; i < 20; i++) {
            queue.add(new Entry("k" + i, new byte[1 << 20], i, Long.MAX_VALUE));
        }

        assertThat(queue.bytes()).isLessThanOrEqualTo(WriteQueue.MAX_BYTES);
        assertThat(all()).hasSize(15).startsWith("k5@5").endsWith("k19@19");
    }

    @Test
    void whatIsGivenBackComesFirstAgainUnlessItsKeyHasAValue() {
        queue.add(entry("a", 1));
        queue.add(entry("b", 1));
        Entry first = Objects.requireNonNull(queue.poll());
        queue.giveBack(first);
        assertThat(all()).containsExactly("a@1", "b@1");

        queue.add(entry("a", 2));
        queue.giveBack(first);
        assertThat(all()).containsExactly("a@2");
    }

    @Test
    void keysAreForgottenOneByOneOrByRule() {
        queue.add(entry("a", 1));
        queue.add(entry("b", 1));
        queue.add(entry("c", 1));

        queue.forget("b");
        queue.forget(key -> key.equals("c"));

        assertThat(queue.size()).isEqualTo(1);
        assertThat(all()).containsExactly("a@1");
        assertThat(queue.bytes()).isZero();
    }

    private List<String> all() {
        List<String> keys = new ArrayList<>();
        for (Entry entry = queue.poll(); entry != null; entry = queue.poll()) {
            keys.add(entryOf(entry.key(), entry.createdAtMillis()));
        }
        return keys;
    }

    private static Entry entry(String key, long createdAt) {
        return new Entry(key, new byte[] {1, 2, 3}, createdAt, Long.MAX_VALUE);
    }

    private static String entryOf(String key, long createdAt) {
        return key + "@" + createdAt;
    }
}
