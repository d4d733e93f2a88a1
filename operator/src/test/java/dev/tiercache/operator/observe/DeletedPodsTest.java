package dev.tiercache.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DeletedPodsTest {
    private final DeletedPods deleted = new DeletedPods();

    @Test
    void aPodThatWasDeletedIsAboutToStopWhateverTheCacheSays() {
        deleted.add("ns", "a", "1");

        assertThat(deleted.among("ns", List.of(pod("a", "1"), pod("b", "2"))))
                .extracting(PodView::terminating)
                .containsExactly(true, false);
    }

    @Test
    void itsSuccessorIsNotAndNeitherIsItsNamesakeElsewhere() {
        deleted.add("ns", "a", "1");

        assertThat(deleted.among("ns", List.of(pod("a", "3"))))
                .extracting(PodView::terminating)
                .containsExactly(false);
        assertThat(deleted.among("other", List.of(pod("a", "4"))))
                .extracting(PodView::terminating)
                .containsExactly(false);
    }

    private static PodView pod(String name, String uid) {
        return new PodView(
                name, uid, "10.0.0.1", true, true, true, false, "", "", "", "", Resources.NONE, Resources.NONE, "");
    }
}
