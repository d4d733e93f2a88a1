package dev.tiercache.service.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class ReportJsonTest {

    @Test
    void numbers_have_six_decimals_and_no_negative_zero() {
        assertThat(ReportJson.rounded(0.1 + 0.2)).isEqualTo(0.3);
        assertThat(ReportJson.rounded(1.23456789)).isEqualTo(1.234568);
        assertThat(ReportJson.rounded(-1e-9)).isEqualTo(0.0);
        assertThat(ReportJson.rounded(1e15)).isEqualTo(1e15);
    }

    @Test
    void a_number_that_json_does_not_have_is_refused() {
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            assertThatIllegalArgumentException().isThrownBy(() -> ReportJson.rounded(bad));
        }
    }

    @Test
    void numbers_in_sentences_are_the_same_in_every_locale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertThat(Text.percent(1234.56)).isEqualTo("1234.6 %");
            assertThat(Text.signedPercent(-0.04)).isEqualTo("+0.0 %");
            assertThat(Text.signed(-0.5, 2)).isEqualTo("-0.50");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void a_long_list_is_cut_and_says_how_much_of_it_is_missing() {
        assertThat(Text.list(List.of("A", "B"))).isEqualTo("A, B");
        List<String> twelve = List.of("A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L");
        assertThat(Text.list(twelve)).isEqualTo("A, B, C, D, E, F, G, H, I, J and 2 more");
    }
}
