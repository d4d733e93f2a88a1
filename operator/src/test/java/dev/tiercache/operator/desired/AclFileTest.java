package dev.tiercache.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.operator.crd.CacheDeploymentSpec;
import java.util.List;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

class AclFileTest {

    @Test
    void formerPasswordsOfClientsAndOfProbesAreAcceptedAndNoneOfTheOperator() {
        var rotating = new Credentials(
                "client", "operator", "exporter", "", "", List.of("old-client-hash"), List.of("old-exporter-hash"));
        var acl = Desired.of(
                        Fixtures.cache(CacheDeploymentSpec.DEFAULT), new Inputs(Fixtures.INPUTS.images(), rotating))
                .acl();

        assertThat(acl.users())
                .extracting(AclUser::name, AclUser::passwordHashes)
                .containsExactlyInAnyOrder(
                        user(AclFile.CLIENT, Hashes.sha256("client"), "old-client-hash"),
                        user(AclFile.EXPORTER, Hashes.sha256("exporter"), "old-exporter-hash"),
                        user(AclFile.OPERATOR, Hashes.sha256("operator")));
        assertThat(rotating.rotating()).isTrue();
    }

    private static Tuple user(String name, String... hashes) {
        return Tuple.tuple(name, List.of(hashes));
    }
}
