package dev.tiercache.e2e.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.e2e.ledger.LedgerSummary.TwoMasters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What proves two masters at one time, and what does not. */
class OverlapsTest {

    private final List<Entry> entries = new ArrayList<>();

    @Test
    void aFailoverIsNoOverlap() {
        acknowledged(0, 0, 1);
        acknowledged(0, 2, 3);
        acknowledged(1, 10, 11);
        acknowledged(1, 12, 13);

        assertThat(judged()).isEqualTo(new TwoMasters(0, 0));
    }

    @Test
    void anAnswerThatWasOnItsWayWhenAnotherTookOverProvesNothing() {
        acknowledged(0, 0, 1);
        acknowledged(0, 2, 20);
        acknowledged(1, 10, 11);
        acknowledged(1, 25, 26);

        assertThat(judged()).isEqualTo(new TwoMasters(0, 0));
    }

    @Test
    void aSwitchThereAndBackIsCountedButNoOverlap() {
        acknowledged(0, 0, 1);
        acknowledged(1, 10, 11);
        acknowledged(0, 20, 21);
        acknowledged(0, 22, 23);

        assertThat(judged()).isEqualTo(new TwoMasters(0, 1));
    }

    @Test
    void oneAcknowledgementOfAMasterThatIsNoneAnyMoreIsAnOverlap() {
        acknowledged(0, 0, 1);
        acknowledged(1, 10, 11);
        acknowledged(0, 20, 21);
        acknowledged(1, 30, 31);

        // The two in the middle.
        assertThat(judged()).isEqualTo(new TwoMasters(2, 2));
    }

    @Test
    void acknowledgementsOfTwoServersInTurnAreAnOverlap() {
        for (int i = 0; i < 10; i++) {
            acknowledged(i % 2, 10L * i, 10L * i + 5);
        }

        // All but the first and the last, each of which has nothing of the other before or after it.
        assertThat(judged()).isEqualTo(new TwoMasters(8, 8));
    }

    private void acknowledged(int server, long sent, long answered) {
        entries.add(new Entry(0, entries.size(), sent, sent, answered, server));
    }

    private TwoMasters judged() {
        entries.sort(Comparator.comparingLong(Entry::acknowledged));
        return Overlaps.of(entries);
    }
}
