package dev.tiercache.service.market.http;

/** Makes of what a stranger sent something that may stand in one line of a log. */
final class OneLine {

    private static final int LONGEST = 300;

    private OneLine() {}

    static String of(String text) {
        String clean = text.replaceAll("\\p{Cntrl}", "?").replace('"', '\'');
        return clean.length() <= LONGEST ? clean : clean.substring(0, LONGEST) + "...";
    }
}
