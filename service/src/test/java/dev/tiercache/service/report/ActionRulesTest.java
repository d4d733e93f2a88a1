package dev.tiercache.service.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ActionRulesTest {

    @ParameterizedTest(name = "score {0}, held {1}, crisis {2}: {3}")
    @CsvSource({
        "0.25,  true,  false, buy",
        "0.25,  false, false, buy",
        "0.25,  true,  true,  hold",
        "0.25,  false, true,  watch",
        "0.24,  true,  false, hold",
        "0.24,  false, false, watch",
        "-0.24, true,  false, hold",
        "-0.25, true,  false, sell",
        "-0.25, false, false, watch",
        "-1,    true,  true,  sell",
    })
    void the_action_follows_from_score_position_and_crisis(
            double score, boolean held, boolean crisis, String expected) {
        assertThat(ActionRules.action(score, held, crisis)).isEqualTo(expected);
    }
}
