package dev.tiercache.service.market.demo;

import dev.tiercache.service.market.TradingCalendar;
import java.time.LocalDate;
import java.util.Arrays;

/**
 * The demo market as a whole up to one trading day: its days, its moods and its daily returns. A mood follows from the
 * mood of the day before, so the walk starts at a fixed day and a date has the same numbers whenever it is asked for.
 */
final class DemoMarket {

    /** The first trading day there is. */
    static final LocalDate FIRST_DAY = LocalDate.of(2015, 1, 2);

    /** A mood: mean and deviation of a day's market return, and how much wider single symbols spread. */
    enum Mood {
        CALM(0.0006, 0.005, 1.0),
        USUAL(0.0005, 0.009, 1.0),
        NERVOUS(-0.0002, 0.015, 1.3),
        PANIC(-0.0020, 0.028, 1.8);

        final double mean;
        final double deviation;
        final double spread;

        Mood(double mean, double deviation, double spread) {
            this.mean = mean;
            this.deviation = deviation;
            this.spread = spread;
        }

        /** Tomorrow's mood: {@code chance} in 0..1, its ends lead to the neighbours. */
        Mood next(double chance) {
            return switch (this) {
                case CALM -> chance < 0.020 ? USUAL : this;
                case USUAL -> chance < 0.015 ? CALM : chance > 0.991 ? NERVOUS : this;
                case NERVOUS -> chance < 0.045 ? USUAL : chance > 0.975 ? PANIC : this;
                case PANIC -> chance < 0.060 ? NERVOUS : this;
            };
        }
    }

    private static final Noise MOODS = new Noise("mood");
    private static final Noise MOVES = new Noise("market");

    private final long[] days;
    private final double[] returns;
    private final Mood[] moods;

    /** Walks from the first day to {@code last}, which is a trading day; no days at all where that is before the first. */
    DemoMarket(LocalDate last) {
        days = FIRST_DAY
                .datesUntil(last.isBefore(FIRST_DAY) ? FIRST_DAY : last.plusDays(1))
                .filter(TradingCalendar::isTradingDay)
                .mapToLong(LocalDate::toEpochDay)
                .toArray();
        returns = new double[days.length];
        moods = new Mood[days.length];
        Mood mood = Mood.USUAL;
        for (int i = 0; i < days.length; i++) {
            mood = mood.next(MOODS.uniform(days[i]));
            moods[i] = mood;
            returns[i] = mood.mean + mood.deviation * MOVES.bell(days[i]);
        }
    }

    /** How many trading days there are since the first. */
    int size() {
        return days.length;
    }

    long day(int index) {
        return days[index];
    }

    /** The days from {@code from} on. */
    long[] daysFrom(int from) {
        return Arrays.copyOfRange(days, from, days.length);
    }

    /** The market's return of a day, which is that of its benchmark. */
    double marketReturn(int index) {
        return returns[index];
    }

    Mood mood(int index) {
        return moods[index];
    }
}
