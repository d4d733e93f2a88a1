package dev.tiercache.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Pods are added at once and taken away only when they are not needed any more. */
class ScaleTest {
    private final SetOfPods five = SetOfPods.settled(5, 3);

    @Test
    void morePodsComeAtOnce() {
        five.redises.forEach(SetOfPods.Redis::stop);

        assertThat(Scale.redis(7, 3, five.now())).isEqualTo(7);
        assertThat(Scale.redis(5, 3, five.now())).isEqualTo(5);
    }

    @Test
    void podsGoOnceTheOthersHoldTheData() {
        assertThat(Scale.redis(3, 3, five.now())).isEqualTo(3);

        five.redis(2).linkUp = false;
        assertThat(Scale.redis(3, 3, five.now()))
                .as("a pod that stays is behind")
                .isEqualTo(5);
        five.redis(2).linkUp = true;
        five.redis(4).stop();
        assertThat(Scale.redis(3, 3, five.now())).as("a pod that goes is away").isEqualTo(3);
    }

    @Test
    void aMasterIsNotTakenAway() {
        five.redis(4).serve();
        five.redises.stream().limit(4).forEach(pod -> pod.follow(five.redis(4)));
        five.sentinels.forEach(pod -> pod.watch(five, five.redis(4)));

        assertThat(Scale.redis(3, 3, five.now())).isEqualTo(5);
    }

    @Test
    void noPodIsTakenAwayWithoutAMaster() {
        five.redis(0).stop();

        assertThat(Scale.redis(3, 3, five.now())).isEqualTo(5);
    }
}
