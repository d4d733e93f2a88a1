package dev.tiercache.service.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.service.stream.Outbox.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What waits for a client that does not read. */
class OutboxTest {

    private final Outbox outbox = new Outbox(5);

    @Test
    void aNewerUpdateTakesThePlaceOfTheOneThatWaits() {
        assertThat(outbox.put(Kind.UPDATE, "old")).isZero();
        outbox.put(Kind.ANSWER, "pong");
        assertThat(outbox.put(Kind.UPDATE, "new")).isEqualTo(1);

        assertThat(drained()).containsExactly("pong", "new");
    }

    @Test
    void chatTakesOnlyItsOwnRoom() {
        int lost = 0;
        for (int i = 0; i < 100; i++) {
            lost += outbox.put(Kind.ANSWER, "pong " + i);
        }

        assertThat(lost).isEqualTo(97);
        assertThat(outbox.put(Kind.UPDATE, "update")).isZero();
        assertThat(outbox.put(Kind.NOTICE, "heartbeat")).isZero();
        assertThat(drained()).containsExactly("pong 0", "pong 1", "pong 2", "update", "heartbeat");
    }

    @Test
    void theLastWordIsAlwaysTaken() {
        for (int i = 0; i < 10; i++) {
            outbox.put(Kind.ANSWER, "pong");
            outbox.put(Kind.UPDATE, "update");
            outbox.put(Kind.NOTICE, "heartbeat");
        }
        assertThat(outbox.put(Kind.FAREWELL, "timeout")).isZero();

        assertThat(drained()).containsExactly("pong", "update", "heartbeat", "timeout");
    }

    private List<String> drained() {
        List<String> all = new ArrayList<>();
        String next = outbox.poll();
        while (next != null) {
            all.add(next);
            next = outbox.poll();
        }
        assertThat(outbox.isEmpty()).isTrue();
        return all;
    }
}
