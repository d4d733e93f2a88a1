package dev.tiercache.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.operator.crd.CacheDeployment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeletionsTest {

    @Test
    void onlyAResourceThatIsGoneIsTold() {
        List<CacheDeployment> gone = new ArrayList<>();
        var deletions = new Deletions(gone::add);
        var cache = new CacheDeployment();

        deletions.onResourceCreated(cache);
        deletions.onResourceUpdated(cache, cache);
        assertThat(gone).isEmpty();

        deletions.onResourceDeleted(cache);
        assertThat(gone).containsExactly(cache);
    }
}
