package dev.tiercache.bench;

import dev.tiercache.bench.process.Build;
import dev.tiercache.bench.process.Workspace;
import dev.tiercache.bench.report.Chart;
import dev.tiercache.bench.report.Result;
import java.util.List;

/** One benchmark: starts what it needs, measures ours beside the peers, and ends what it started. */
interface Benchmark {

    /**
     * What a benchmark finds.
     *
     * @param build what the build left
     * @param workspace owns processes and files
     * @param quick whether seconds have to do, for a try of the harness: figures mean nothing then
     */
    record Setting(Build build, Workspace workspace, boolean quick) {

        /** The first where figures count, the second for a try. */
        int times(int full, int few) {
            return quick ? few : full;
        }
    }

    /**
     * What a benchmark found.
     *
     * @param results the figures
     * @param charts the drawings
     */
    record Outcome(List<Result> results, List<Chart> charts) {}

    /** {@code b1} to {@code b8}. */
    String name();

    /** What it is about, in a few words. */
    String title();

    /** How it measures, one paragraph of Markdown. */
    String method();

    /** Measures. */
    Outcome run(Setting setting);
}
