package dev.tiercache.bench.report;

import java.util.List;
import java.util.Locale;

/** Draws plain SVG: bars, and lines over time. Readable on light and on dark pages. */
public final class Svg {

    private static final int WIDTH = 760;
    private static final int LEFT = 270;
    private static final int RIGHT = 90;
    private static final int ROW = 30;
    private static final int TOP = 48;
    private static final List<String> COLOURS =
            List.of("#1f6feb", "#8b949e", "#d29922", "#a371f7", "#2da44e", "#cf222e");

    private Svg() {}

    /**
     * A bar.
     *
     * @param label what it stands for
     * @param value its length
     * @param ours whether it is one of ours
     */
    public record Bar(String label, double value, boolean ours) {}

    /**
     * A line.
     *
     * @param label what it stands for
     * @param xs where its points are
     * @param ys how high they are; NaN leaves a gap
     */
    public record Line(String label, List<Double> xs, List<Double> ys) {}

    /**
     * A stretch of time that is marked.
     *
     * @param label what happens in it
     * @param from its begin
     * @param to its end
     */
    public record Span(String label, double from, double to) {}

    /** Horizontal bars from zero. */
    public static String bars(String title, String unit, List<Bar> bars) {
        double most = bars.stream().mapToDouble(Bar::value).max().orElse(1);
        int height = TOP + bars.size() * ROW + 12;
        StringBuilder svg = begin(title + ", " + unit, height);
        for (int i = 0; i < bars.size(); i++) {
            Bar bar = bars.get(i);
            int y = TOP + i * ROW;
            double width = Math.max(1, (WIDTH - LEFT - RIGHT) * bar.value() / most);
            text(svg, LEFT - 8, y + 15, "end", bar.label());
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"20\" rx=\"2\" fill=\"%s\"/>%n",
                    LEFT,
                    y,
                    width,
                    COLOURS.get(bar.ours() ? 0 : 1)));
            text(svg, (int) (LEFT + width + 6), y + 15, "start", Result.text(bar.value()));
        }
        return svg.append("</svg>\n").toString();
    }

    /** Lines over time with a logarithmic height, and marked spans behind them. */
    public static String lines(String title, String unit, List<Line> lines, List<Span> spans) {
        int height = 380;
        Scale x =
                Scale.linear(lines.stream().flatMap(line -> line.xs().stream()).toList(), 60, WIDTH - 20);
        Scale y = Scale.logarithmic(
                lines.stream().flatMap(line -> line.ys().stream()).toList(), height - 70, TOP);
        StringBuilder svg = begin(title + ", " + unit, height);
        for (Span span : spans) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#cf222e\" fill-opacity=\"0.12\"/>%n",
                    x.at(span.from()),
                    TOP,
                    x.at(span.to()) - x.at(span.from()),
                    height - 70 - TOP));
            text(svg, (int) x.at(span.from()) + 4, TOP + 14, "start", span.label());
        }
        for (double power : y.powers()) {
            text(svg, 54, (int) y.at(power) + 4, "end", Result.text(power));
            rule(svg, 60, y.at(power), WIDTH - 20, y.at(power));
        }
        for (double tick = 0; tick <= x.most(); tick += 10) {
            text(svg, (int) x.at(tick), height - 54, "middle", Result.text(tick) + " s");
        }
        for (int i = 0; i < lines.size(); i++) {
            polyline(svg, lines.get(i), x, y, COLOURS.get(i % COLOURS.size()));
            int left = 60 + i * (WIDTH - 80) / lines.size();
            svg.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%d\" y=\"%d\" width=\"14\" height=\"4\" fill=\"%s\"/>%n",
                    left,
                    height - 26,
                    COLOURS.get(i % COLOURS.size())));
            text(svg, left + 20, height - 20, "start", lines.get(i).label());
        }
        return svg.append("</svg>\n").toString();
    }

    private static void polyline(StringBuilder svg, Line line, Scale x, Scale y, String colour) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i <= line.xs().size(); i++) {
            boolean gap = i == line.xs().size() || Double.isNaN(line.ys().get(i));
            if (!gap) {
                points.append(String.format(
                        Locale.ROOT,
                        "%.1f,%.1f ",
                        x.at(line.xs().get(i)),
                        y.at(line.ys().get(i))));
            } else if (!points.isEmpty()) {
                svg.append(String.format(
                        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\"/>%n",
                        points.toString().strip(), colour));
                points.setLength(0);
            }
        }
    }

    private static StringBuilder begin(String title, int height) {
        StringBuilder svg = new StringBuilder(String.format(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
                        + " font-family=\"sans-serif\" font-size=\"13\">%n<title>%s</title>%n"
                        + "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>%n",
                WIDTH, height, escaped(title), WIDTH, height));
        svg.append(String.format(
                "<text x=\"16\" y=\"26\" font-size=\"15\" font-weight=\"bold\" fill=\"#24292f\">%s</text>%n",
                escaped(title)));
        return svg;
    }

    private static void text(StringBuilder svg, int x, int y, String anchor, String text) {
        svg.append(String.format(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" fill=\"#24292f\">%s</text>%n",
                x, y, anchor, escaped(text)));
    }

    private static void rule(StringBuilder svg, double x1, double y1, double x2, double y2) {
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#d0d7de\" stroke-width=\"0.7\"/>%n",
                x1,
                y1,
                x2,
                y2));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
