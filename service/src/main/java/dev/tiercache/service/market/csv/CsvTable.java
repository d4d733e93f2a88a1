package dev.tiercache.service.market.csv;

import dev.tiercache.service.market.MarketDataException;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A CSV file of dates, numbers and tickers: a header that names the columns, in any order, then rows. Nothing is quoted;
 * spaces about a value and empty lines do not count; columns that nobody asks for are left alone. What is wrong is named
 * with file and line.
 */
final class CsvTable {

    private final String name;
    private final List<Row> rows = new ArrayList<>();

    /**
     * Takes a file apart.
     *
     * @param name the file, as errors name it
     * @param text all of it
     * @param columns those that must be there
     */
    CsvTable(String name, String text, List<String> columns) throws MarketDataException {
        this.name = name;
        Map<String, Integer> header = new HashMap<>();
        int line = 0;
        for (String content : text.lines().toList()) {
            line++;
            String clean = line == 1 && content.startsWith("\uFEFF") ? content.substring(1) : content;
            if (clean.isBlank()) {
                continue;
            }
            String[] values = clean.split(",", -1);
            if (!header.isEmpty()) {
                rows.add(row(line, values, header));
                continue;
            }
            for (int i = 0; i < values.length; i++) {
                header.put(values[i].strip(), i);
            }
            for (String column : columns) {
                if (!header.containsKey(column)) {
                    throw error(
                            line, "the header must name the column " + column + ", and is \"" + clean.strip() + "\"");
                }
            }
        }
        if (header.isEmpty()) {
            throw error(1, "the header is missing: " + String.join(",", columns));
        }
    }

    private Row row(int line, String[] values, Map<String, Integer> header) throws MarketDataException {
        if (values.length != header.size()) {
            throw error(line, "there are " + values.length + " values for " + header.size() + " columns");
        }
        Map<String, String> row = new HashMap<>();
        header.forEach((column, index) -> row.put(column, values[index].strip()));
        return new Row(line, row);
    }

    List<Row> rows() {
        return rows;
    }

    MarketDataException error(int line, String what) {
        return new MarketDataException(name + " line " + line + ": " + what);
    }

    /** One row; its values are checked as they are asked for. */
    final class Row {
        private final int line;
        private final Map<String, String> values;

        private Row(int line, Map<String, String> values) {
            this.line = line;
            this.values = values;
        }

        String text(String column) {
            return values.getOrDefault(column, "");
        }

        LocalDate date(String column) throws MarketDataException {
            try {
                LocalDate date = LocalDate.parse(text(column));
                if (date.getYear() >= 1900 && date.getYear() < 2200) {
                    return date;
                }
            } catch (DateTimeParseException e) {
                // said below, as for years that no market has
            }
            throw wrong(column, "a date like 2025-11-21");
        }

        /** A number, or NaN where there is none. */
        double numberOrMissing(String column) throws MarketDataException {
            return text(column).isEmpty() ? Double.NaN : number(column, "a number, or nothing");
        }

        /** A number of 0 or more, or NaN where there is none. */
        double amountOrMissing(String column) throws MarketDataException {
            double value = numberOrMissing(column);
            if (value < 0) {
                throw wrong(column, "a number of 0 or more, or nothing");
            }
            return value;
        }

        double positive(String column) throws MarketDataException {
            double value = number(column, "a number above 0");
            if (value <= 0) {
                throw wrong(column, "a number above 0");
            }
            return value;
        }

        private double number(String column, String expected) throws MarketDataException {
            try {
                double value = Double.parseDouble(text(column));
                if (Double.isFinite(value)) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // said below, as for infinities
            }
            throw wrong(column, expected);
        }

        MarketDataException wrong(String column, String expected) {
            return error(line, column + " must be " + expected + ", and is \"" + text(column) + "\"");
        }
    }
}
