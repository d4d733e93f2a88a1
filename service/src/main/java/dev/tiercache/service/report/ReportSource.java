package dev.tiercache.service.report;

import java.util.List;

/** Computes reports. Thread-safe and blocking, meant for virtual threads. */
public interface ReportSource {

    /**
     * Computes one report.
     *
     * @return the report without its metadata, as final UTF-8 JSON: one object that starts with <code>{</code>, has at
     *     least one member and ends with <code>}</code>, and is valid by {@link #schema()}. The same data gives the same
     *     bytes. The array belongs to the caller.
     * @throws ReportException when there is no report for a reason the caller can act on
     */
    byte[] report(ReportRequest request) throws ReportException;

    /**
     * Computes the four Phase 4 signals of a user's portfolio.
     *
     * @return the object {@code data} of a {@code phase4_update} message, as UTF-8 JSON on one line
     * @throws ReportException when the market data cannot be had now
     */
    byte[] phase4(String userId) throws ReportException;

    /**
     * The symbols of a request that names none: the user's portfolio, else the configured default. Sorted, each once.
     *
     * @throws ReportException when it cannot be known now whether the user has a portfolio
     */
    List<String> defaultSymbols(String userId) throws ReportException;

    /** The JSON schema (draft 2020-12) of {@link #report}. */
    String schema();
}
