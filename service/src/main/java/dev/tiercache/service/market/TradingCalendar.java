package dev.tiercache.service.market;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Month;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.Set;

/**
 * The trading days of the New York Stock Exchange by its rule 7.2, with the closures that no rule foresees. It holds
 * from 2013 on; a future day of mourning is not in it until it is added to {@link #SPECIAL_CLOSURES}.
 */
public final class TradingCalendar {

    /** The zone in which a trading day is a day. */
    public static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

    /** Days of mourning: George H. W. Bush, Jimmy Carter. */
    private static final Set<LocalDate> SPECIAL_CLOSURES =
            Set.of(LocalDate.of(2018, Month.DECEMBER, 5), LocalDate.of(2025, Month.JANUARY, 9));

    private static final LocalTime CLOSE = LocalTime.of(16, 0);
    private static final LocalTime EARLY_CLOSE = LocalTime.of(13, 0);

    private TradingCalendar() {}

    /** Whether the exchange opens on {@code date}. */
    public static boolean isTradingDay(LocalDate date) {
        return !isWeekend(date) && !isHoliday(date) && !SPECIAL_CLOSURES.contains(date);
    }

    /** The last trading day before {@code date}. */
    public static LocalDate lastBefore(LocalDate date) {
        LocalDate day = date.minusDays(1);
        while (!isTradingDay(day)) {
            day = day.minusDays(1);
        }
        return day;
    }

    /** When trading ends on the trading day {@code date}: 16:00 in New York, 13:00 on the three early closes. */
    public static Instant close(LocalDate date) {
        return date.atTime(isEarlyClose(date) ? EARLY_CLOSE : CLOSE)
                .atZone(NEW_YORK)
                .toInstant();
    }

    /** The eve of Independence Day and of Christmas (Monday to Thursday), and the day after Thanksgiving. */
    private static boolean isEarlyClose(LocalDate date) {
        boolean eve = (date.getMonth() == Month.JULY && date.getDayOfMonth() == 3)
                || (date.getMonth() == Month.DECEMBER && date.getDayOfMonth() == 24);
        return (eve && date.getDayOfWeek() != DayOfWeek.FRIDAY)
                || (date.getMonth() == Month.NOVEMBER && isNth(date.minusDays(1), 4, DayOfWeek.THURSDAY));
    }

    private static boolean isHoliday(LocalDate date) {
        return switch (date.getMonth()) {
            // New Year's Day on a Saturday is not moved to the Friday: that is the last day of the year's accounts.
            case JANUARY ->
                date.getDayOfMonth() == 1
                        || (date.getDayOfMonth() == 2 && date.getDayOfWeek() == DayOfWeek.MONDAY)
                        || isNth(date, 3, DayOfWeek.MONDAY); // Martin Luther King Jr.
            case FEBRUARY -> isNth(date, 3, DayOfWeek.MONDAY); // Washington
            case MARCH, APRIL -> date.equals(easter(date.getYear()).minusDays(2)); // Good Friday
            case MAY -> // Memorial Day
                date.equals(date.with(TemporalAdjusters.lastInMonth(DayOfWeek.MONDAY)));
            case JUNE -> date.getYear() >= 2022 && isObserved(date, 19); // Juneteenth
            case JULY -> isObserved(date, 4); // Independence
            case SEPTEMBER -> isNth(date, 1, DayOfWeek.MONDAY); // Labor Day
            case NOVEMBER -> isNth(date, 4, DayOfWeek.THURSDAY); // Thanksgiving
            case DECEMBER -> isObserved(date, 25); // Christmas
            case AUGUST, OCTOBER -> false;
        };
    }

    /** A holiday of a fixed day of the month; on a Saturday it is kept on the Friday, on a Sunday on the Monday. */
    private static boolean isObserved(LocalDate date, int dayOfMonth) {
        int day = date.getDayOfMonth();
        return day == dayOfMonth
                || (day == dayOfMonth - 1 && date.getDayOfWeek() == DayOfWeek.FRIDAY)
                || (day == dayOfMonth + 1 && date.getDayOfWeek() == DayOfWeek.MONDAY);
    }

    private static boolean isNth(LocalDate date, int nth, DayOfWeek dayOfWeek) {
        return date.getDayOfWeek() == dayOfWeek && (date.getDayOfMonth() + 6) / 7 == nth;
    }

    private static boolean isWeekend(LocalDate date) {
        return date.getDayOfWeek() == DayOfWeek.SATURDAY || date.getDayOfWeek() == DayOfWeek.SUNDAY;
    }

    /** Easter Sunday of the Gregorian calendar, by the algorithm of Meeus, Jones and Butcher. */
    private static LocalDate easter(int year) {
        int a = year % 19;
        int b = year / 100;
        int c = year % 100;
        int d = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
        int e = (32 + 2 * (b % 4) + 2 * (c / 4) - d - c % 4) % 7;
        int f = d + e - 7 * ((a + 11 * d + 22 * e) / 451) + 114;
        return LocalDate.of(year, f / 31, f % 31 + 1);
    }
}
