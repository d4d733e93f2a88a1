package dev.tiercache.service.cache.l2.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.service.cache.l2.L2.Purge;
import org.junit.jupiter.api.Test;

/** Purges that wait are the latest of each scope, and bounded without losing one. */
class PendingPurgesTest {

    private final PendingPurges pending = new PendingPurges();

    @Test
    void theLatestOfAScopeStays() {
        pending.add(new Purge("user:ann", 2));
        pending.add(new Purge("user:ann", 1));
        pending.add(new Purge("user:bob", 1));

        assertThat(pending.list()).containsExactlyInAnyOrder(new Purge("user:ann", 2), new Purge("user:bob", 1));
    }

    @Test
    void tooManyBecomeOneOfEverything() {
        for (int i = 0; i <= PendingPurges.MAX; i++) {
            pending.add(new Purge("user:" + i, 100 + i));
        }

        assertThat(pending.list()).containsExactly(new Purge(Purge.EVERYTHING, 100 + PendingPurges.MAX));
    }

    @Test
    void aLaterOneStaysWhenTheEarlierIsPublished() {
        Purge early = new Purge("user:ann", 1);
        pending.add(early);
        pending.add(new Purge("user:ann", 2));

        pending.published(early);

        assertThat(pending.list()).containsExactly(new Purge("user:ann", 2));
        assertThat(pending.size()).isEqualTo(1);
    }
}
