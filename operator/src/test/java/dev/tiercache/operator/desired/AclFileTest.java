package dev.tiercache.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.operator.crd.CacheDeploymentSpec;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
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

    @Test
    void replicasAndSentinelsHaveUsersOfTheirOwnAndNoRightOnKeys() {
        var desired = Fixtures.desired("mode: Sentinel");
        var sentinels = Objects.requireNonNull(desired.sentinel()).acl();

        assertThat(desired.acl().users())
                .extracting(AclUser::name)
                .containsExactly(
                        AclFile.CLIENT, AclFile.EXPORTER, AclFile.OPERATOR, AclFile.REPLICATION, AclFile.SENTINEL);
        assertThat(sentinels.users())
                .extracting(AclUser::name)
                .containsExactly(AclFile.CLIENT, AclFile.EXPORTER, AclFile.OPERATOR, AclFile.SENTINEL);
        assertThat(password(desired.acl(), AclFile.REPLICATION)).containsExactly(Hashes.sha256("replication-pass"));
        assertThat(password(desired.acl(), AclFile.SENTINEL))
                .containsExactlyElementsOf(password(sentinels, AclFile.SENTINEL))
                .containsExactly(Hashes.sha256("sentinel-pass"));
        assertThat(password(sentinels, AclFile.CLIENT))
                .as("a client gives Sentinels the password that it gives Redis")
                .isEqualTo(password(desired.acl(), AclFile.CLIENT));
        assertThat(Stream.concat(desired.acl().users().stream(), sentinels.users().stream())
                        .filter(user -> !user.name().equals(AclFile.CLIENT)))
                .allSatisfy(user -> assertThat(user.permissions()).noneMatch(rule -> rule.startsWith("~")));
    }

    @Test
    void whereClientsNeedNoPasswordSentinelsAskForNoneEither() {
        var desired = Fixtures.desired("mode: Sentinel\nauth: {mode: Disabled}");

        assertThat(password(desired.acl(), AclFile.CLIENT)).isEmpty();
        assertThat(password(Objects.requireNonNull(desired.sentinel()).acl(), AclFile.CLIENT))
                .isEmpty();
    }

    @Test
    void aClientOfASentinelChangesNothing() {
        var client = Objects.requireNonNull(Fixtures.desired("mode: Sentinel").sentinel()).acl().users().stream()
                .filter(user -> user.name().equals(AclFile.CLIENT))
                .findFirst()
                .orElseThrow();

        assertThat(client.permissions())
                .contains("-publish", "+sentinel|get-master-addr-by-name")
                .doesNotContain("+@all", "+sentinel", "+sentinel|failover", "+sentinel|set", "+sentinel|monitor");
    }

    private static List<String> password(AclFile acl, String name) {
        return acl.users().stream()
                .filter(user -> user.name().equals(name))
                .findFirst()
                .orElseThrow()
                .passwordHashes();
    }

    private static Tuple user(String name, String... hashes) {
        return Tuple.tuple(name, List.of(hashes));
    }
}
