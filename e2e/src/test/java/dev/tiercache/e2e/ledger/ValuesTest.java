package dev.tiercache.e2e.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** What a value proves. */
class ValuesTest {

    @Property(tries = 200)
    void aValueCanBeMadeAgainAndTellsItsSequence(
            @ForAll long seed,
            @ForAll @IntRange(max = 63) int writer,
            @ForAll @LongRange(min = 0) long sequence,
            @ForAll @IntRange(min = 1, max = 300) int bytes) {
        String value = new Values(seed, bytes).of(writer, sequence);

        assertThat(value).isEqualTo(new Values(seed, bytes).of(writer, sequence));
        assertThat(Values.sequence(value)).isEqualTo(sequence);
        assertThat(value.split(":", -1)[1]).hasSize(bytes);
    }

    @Property(tries = 200)
    void oneCharacterThatIsChangedIsSeen(
            @ForAll long seed, @ForAll @LongRange(min = 0) long sequence, @ForAll @IntRange(max = 10_000) int where) {
        String value = new Values(seed, 40).of(1, sequence);
        int at = where % value.length();
        char other = value.charAt(at) == '5' ? '6' : '5';

        assertThat(Values.sequence(value.substring(0, at) + other + value.substring(at + 1)))
                .isEqualTo(-1);
    }

    @Property(tries = 200)
    void noTwoWritesHaveTheSameValue(
            @ForAll long seed,
            @ForAll @IntRange(min = -64, max = 63) int writer,
            @ForAll @IntRange(min = -64, max = 63) int otherWriter,
            @ForAll @LongRange(min = 0, max = 1_000_000) long sequence,
            @ForAll @LongRange(min = 0, max = 1_000_000) long otherSequence) {
        boolean same = writer == otherWriter && sequence == otherSequence;
        Values values = new Values(seed, 16);

        assertThat(values.of(writer, sequence).equals(values.of(otherWriter, otherSequence)))
                .isEqualTo(same);
    }

    @Property(tries = 200)
    void anythingElseIsNoValue(@ForAll String text) {
        assertThat(Values.sequence(text)).isEqualTo(-1);
    }
}
