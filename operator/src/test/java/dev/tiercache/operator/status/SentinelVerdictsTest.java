package dev.tiercache.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tiercache.operator.crd.CacheDeploymentSpec;
import dev.tiercache.operator.plan.SetOfPods;
import org.junit.jupiter.api.Test;

/** What the conditions say of a master, its replicas and the Sentinels. */
class SentinelVerdictsTest {
    private static final CacheDeploymentSpec SPEC = SentinelSituations.cache().getSpec();

    private final SetOfPods set = SetOfPods.settled();

    @Test
    void aMasterThatAMajorityNamesIsReady() {
        assertThat(redis(false)).isEqualTo(serving());
        assertThat(SentinelVerdicts.degraded(set.now(), SPEC)).isNull();
        assertThat(quorate()).isEqualTo(Verdict.yes("QuorumReachable", "3 of 3 Sentinels could begin a failover"));
    }

    @Test
    void withoutPodsNobodyIsMaster() {
        set.redises.clear();

        assertThat(redis(true)).isEqualTo(Verdict.no("NoMaster", "there is no Redis pod yet"));
    }

    @Test
    void aMasterThatIsSilentIsNoMaster() {
        set.redis(0).stop();

        assertThat(redis(true).status()).isEqualTo("False");
        assertThat(redis(true).reason()).isEqualTo("NoMaster");
        assertThat(redis(true).message()).contains("reports-redis-0", "does not answer");
    }

    @Test
    void theTroubleOfAPodStandsBesideWhatIsWaitedFor() {
        set.redis(0).stop();
        set.redis(0).trouble = "ErrImagePull: the node cannot pull x:1";

        assertThat(redis(true).message())
                .contains("the Sentinels name master")
                .endsWith("; reports-redis-0 is in trouble: ErrImagePull: the node cannot pull x:1");
    }

    @Test
    void aMasterThatASentinelNoLongerReachesIsNotReliedOn() {
        set.sentinel(1).down = true;

        assertThat(redis(true))
                .isEqualTo(
                        Verdict.no("NoMaster", "a Sentinel no longer reaches reports-redis-0, which it names master"));
    }

    @Test
    void aMasterThatLoadsItsDataIsNamed() {
        set.redis(0).loading = true;

        assertThat(redis(true)).isEqualTo(Verdict.no("Loading", "reports-redis-0 is loading its data"));
    }

    @Test
    void twoMastersAreASplitBrainEvenIfAMajorityNamesOne() {
        set.redis(2).serve();

        assertThat(redis(true))
                .isEqualTo(Verdict.no(
                        "SplitBrain",
                        "reports-redis-0 and reports-redis-2 say that they are master; the Sentinels name"
                                + " reports-redis-0, and the others are made replicas"));
    }

    @Test
    void twoMastersThatNoMajorityNamesAreASplitBrainToo() {
        set.redis(2).serve();
        set.sentinels.forEach(SetOfPods.Sentinel::forget);

        assertThat(redis(true).reason()).isEqualTo("SplitBrain");
        assertThat(redis(true).message()).contains("reports-redis-0 and reports-redis-2", "choose one");
    }

    @Test
    void aReplicaThatIsMissingIsWaitedForAtTheStartAndADegradationLater() {
        set.redis(2).stop();
        set.redis(2).trouble = "is starting";
        var missing = Verdict.yes("ReplicaMissing", "reports-redis-2 does not answer, or is starting");

        assertThat(redis(false)).isEqualTo(Verdict.no(missing.reason(), missing.message()));
        assertThat(redis(true)).isEqualTo(serving());
        assertThat(SentinelVerdicts.degraded(set.now(), SPEC)).isEqualTo(missing);
    }

    @Test
    void aReplicaThatDoesNotExistIsMissing() {
        set.redises.removeLast();

        assertThat(SentinelVerdicts.degraded(set.now(), SPEC))
                .isEqualTo(Verdict.yes("ReplicaMissing", "2 of 3 Redis pods exist"));
    }

    @Test
    void aReplicaThatIsBehindIsADegradation() {
        set.redis(1).linkUp = false;

        assertThat(redis(false).reason()).isEqualTo("ReplicationLinkDown");
        assertThat(SentinelVerdicts.degraded(set.now(), SPEC))
                .isEqualTo(Verdict.yes(
                        "ReplicationLinkDown", "reports-redis-1 does not have the data of reports-redis-0 yet"));
    }

    @Test
    void aSentinelThatIsAwayPutsTheQuorumAtRisk() {
        set.sentinel(2).stop();
        set.sentinel(2).trouble = "is starting";

        assertThat(SentinelVerdicts.degraded(set.now(), SPEC))
                .isEqualTo(Verdict.yes(
                        "SentinelQuorumAtRisk", "2 of 3 Sentinels reach a quorum: reports-sentinel-2 is starting"));
        assertThat(quorate().isTrue()).isTrue();
    }

    @Test
    void aSentinelThatMistrustsItsClockPutsTheQuorumAtRisk() {
        set.sentinel(1).tilt = true;

        assertThat(SentinelVerdicts.degraded(set.now(), SPEC))
                .satisfies(verdict -> assertThat(verdict.reason()).isEqualTo("SentinelQuorumAtRisk"));
    }

    @Test
    void withoutAMajorityThereIsNoQuorum() {
        set.sentinel(1).stop();
        set.sentinel(2).stop();
        set.sentinel(0).quorate = false;

        assertThat(quorate().reason()).isEqualTo("NoQuorum");
        assertThat(quorate().message())
                .startsWith("0 of 3 Sentinels reach enough others for a failover, 2 are needed: reports-sentinel-1");
        assertThat(redis(true).reason()).as("nobody knows who is master").isEqualTo("NoMaster");
    }

    @Test
    void withoutAReplicaThatHasTheDataNoneCouldReplaceTheMaster() {
        set.redis(1).stop();
        set.redis(2).linkUp = false;

        assertThat(quorate())
                .isEqualTo(Verdict.no(
                        "NoGoodReplica", "no replica has the data of reports-redis-0: none could replace it"));
    }

    private Verdict redis(boolean before) {
        return SentinelVerdicts.redis(SentinelSituations.of(set), SPEC, before);
    }

    private Verdict quorate() {
        return SentinelVerdicts.quorate(set.now(), SPEC);
    }

    private static Verdict serving() {
        return Verdict.yes(
                "Serving", "reports-redis-0 is the master, takes writes, and a majority of the Sentinels says so");
    }
}
