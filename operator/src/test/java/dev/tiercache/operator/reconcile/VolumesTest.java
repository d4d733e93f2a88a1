package dev.tiercache.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.operator.observe.Examples;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VolumesTest {
    private static final String DISABLED = "{redis: {persistence: {mode: Disabled}}}";

    @Test
    void aClaimAsWantedIsLeftAlone() {
        assertThat(change(claim("2048Mi", "[]"), "{}")).isEmpty();
    }

    @Test
    void aClaimGrows() {
        var change = change(claim("2Gi", "[]"), "{redis: {persistence: {mode: AppendOnly, volume: {size: 3Gi}}}}");

        assertThat(change).get().satisfies(it -> {
            assertThat(it.getSpec().getResources().getRequests().get("storage")).hasToString("3Gi");
            assertThat(it.getMetadata().getUid()).isEqualTo("claim-uid");
        });
    }

    @Test
    void aClaimNeverShrinks() {
        assertThat(change(claim("5Gi", "[]"), "{}")).isEmpty();
    }

    @Test
    void aClaimThatNothingUsesGoesWithTheResource() {
        assertThat(change(claim("2Gi", "[]"), DISABLED))
                .get()
                .satisfies(it -> assertThat(it.getMetadata().getOwnerReferences())
                        .singleElement()
                        .satisfies(owner -> assertThat(owner.getUid()).isEqualTo("cache-uid")));
    }

    @Test
    void aClaimThatShallBeRetainedHasNoOwner() {
        assertThat(change(claim("2Gi", "[]"), "{deletionPolicy: Retain, redis: {persistence: {mode: Disabled}}}"))
                .isEmpty();
    }

    @Test
    void aClaimThatIsUsedAgainIsGivenBackToItsStatefulSet() {
        var owned = claim("2Gi", "[{apiVersion: v1, kind: CacheDeployment, name: reports, uid: cache-uid}]");

        assertThat(change(owned, "{}"))
                .get()
                .satisfies(
                        it -> assertThat(it.getMetadata().getOwnerReferences()).isEmpty());
    }

    private static Optional<PersistentVolumeClaim> change(PersistentVolumeClaim claim, String spec) {
        return Volumes.change(claim, Examples.cache(spec), Examples.desired(spec));
    }

    private static PersistentVolumeClaim claim(String size, String owners) {
        return Serialization.unmarshal("""
                metadata: {namespace: ns, name: data-reports-redis-0, uid: claim-uid, ownerReferences: %s}
                spec: {resources: {requests: {storage: %s}}}
                """.formatted(owners, size), PersistentVolumeClaim.class);
    }
}
