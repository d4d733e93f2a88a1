package dev.tiercache.operator.plan;

import static dev.tiercache.operator.plan.PlanFixtures.CLIENT;
import static dev.tiercache.operator.plan.PlanFixtures.MIB;
import static dev.tiercache.operator.plan.PlanFixtures.answer;
import static dev.tiercache.operator.plan.PlanFixtures.memory;
import static dev.tiercache.operator.plan.PlanFixtures.pod;
import static dev.tiercache.operator.plan.PlanFixtures.resources;
import static dev.tiercache.operator.plan.PlanFixtures.settled;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Plays every change of memory through, one action at a time, as the cluster would carry it out. */
class MemoryPlanPropertyTest {

    @Property(tries = 300)
    void everyChangeArrivesAndMaxmemoryNeverExceedsTheLimit(
            @ForAll @IntRange(min = 16, max = 65_536) int from, @ForAll @IntRange(min = 16, max = 65_536) int to) {
        var scene = settled()
                .with(memory(settled().wanted(), to, limit(to)))
                .with(pod(resources(limit(from)), resources(limit(from)), "hash", true, false))
                .with(answer(from, Map.of("hz", "10", "timeout", "0"), CLIENT, false, ""));

        for (int step = 0; !scene.plan().settled(); step++) {
            assertThat(step).as("steps from %s to %s", from, to).isLessThan(120);
            var before = scene;
            scene = switch (scene.plan().action()) {
                case Action.SetConfig set -> {
                    long value = Long.parseLong(set.values().get("maxmemory"));
                    yield before.with(answer(value / MIB, Map.of("hz", "10", "timeout", "0"), CLIENT, false, ""));
                }
                case Action.ResizePod resize ->
                    before.with(pod(resize.resources(), resize.resources(), "hash", true, false));
                default -> throw new AssertionError("unexpected " + before.plan());
            };
            long present = Long.parseLong(scene.answering().config().get("maxmemory"));
            assertThat(present).isLessThan(scene.pod().allotted().memoryLimit());
            long previous = Long.parseLong(before.answering().config().get("maxmemory"));
            assertThat(present)
                    .as("one step evicts little")
                    .isGreaterThanOrEqualTo(Math.min(previous - previous / 8 - MIB, to * MIB));
        }
        assertThat(scene.answering().config()).containsEntry("maxmemory", String.valueOf(to * MIB));
    }

    private static long limit(int maxMemoryMib) {
        return maxMemoryMib + maxMemoryMib / 2 + 64;
    }
}
