package dev.tiercache.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.operator.desired.Names;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which pods with our labels are ours. */
class PodOwnerTest {
    private static final Names NAMES = new Names("shop", "reports", "uid");

    @ParameterizedTest
    @CsvSource({
        // component, pod, kind and name of its controller -> whether it counts
        "redis, reports-redis-0,      StatefulSet, reports-redis,       true",
        // Orphaned on purpose while its StatefulSet is made anew.
        "redis, reports-redis-0,      ,            ,                    true",
        "redis, a,                    ,            ,                    false",
        "redis, reports-redis-0,      ReplicaSet,  else,                false",
        "redis, reports-redis-1,      StatefulSet, reports-redis,       true",
        "redis, reports-redis-1-copy, StatefulSet, reports-redis,       false",
        "sentinel, reports-sentinel-2, StatefulSet, reports-sentinel,   true",
        "sentinel, reports-redis-0,   StatefulSet, reports-redis,       false",
        "api,   reports-api-6f7-abcd, ReplicaSet,  reports-api-6f7,     true",
        "api,   a,                    ,            ,                    false",
        "api,   b,                    Job,         reports-api-migrate, false",
        "api,   c,                    ReplicaSet,  else-6f7,            false",
    })
    void aPodIsThatOfTheComponentIfItsWorkloadMadeIt(
            String component, String pod, String kind, String owner, boolean counts) {
        var built = new PodBuilder().withNewMetadata().withName(pod);
        if (kind != null) {
            built.addNewOwnerReference()
                    .withKind(kind)
                    .withName(owner)
                    .withController(true)
                    .endOwnerReference();
        }

        assertThat(PodReader.isOf(built.endMetadata().build(), NAMES, component))
                .isEqualTo(counts);
    }
}
