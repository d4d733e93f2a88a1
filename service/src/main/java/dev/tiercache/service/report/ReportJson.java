package dev.tiercache.service.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** Writes the model as JSON: snake case, the order of the model, and numbers of at most six decimals. */
final class ReportJson {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private ReportJson() {}

    static byte[] bytes(Object model) {
        return MAPPER.writeValueAsBytes(model);
    }

    /**
     * Rounds to six decimals, half to even on the decimal value: a figure has no use for more, and the last bits of a sum
     * would make equal reports differ.
     *
     * @throws IllegalArgumentException for NaN and infinities: JSON has none, and the maths never gives one
     */
    static double rounded(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("a report has finite numbers only, not " + value);
        }
        return BigDecimal.valueOf(value).setScale(6, RoundingMode.HALF_EVEN).doubleValue();
    }
}
