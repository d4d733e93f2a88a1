package dev.tiercache.service.faults;

import dev.tiercache.service.market.demo.DemoMarketData;
import dev.tiercache.service.report.MarketReportSource;
import dev.tiercache.service.report.ReportException;
import dev.tiercache.service.report.ReportRequest;
import dev.tiercache.service.report.ReportSource;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** One request of the load, and its only right report: computed here, without a cache and without HTTP. */
final class Question {

    /** So many different ones the load asks. */
    static final int COUNT = 200;

    private static final List<String> SYMBOLS =
            List.of("AAPL", "AMZN", "GOOGL", "JPM", "KO", "META", "MSFT", "NVDA", "TSLA", "XOM");
    private static final ReportSource SOURCE =
            new MarketReportSource(new DemoMarketData(Clock.systemUTC()), List.of("AAPL"));

    private final ReportRequest request;
    private final String path;
    private volatile byte[] report;

    private Question(int number) {
        int first = number % (SYMBOLS.size() - 1);
        request = new ReportRequest("user" + number, SYMBOLS.subList(first, first + 1 + number % 2));
        path = "/api/investor-report?user_id=" + request.userId() + "&symbols=" + String.join(",", request.symbols());
        report = compute();
    }

    /** All of them: each of a user of its own, several for the same symbols. */
    static List<Question> all() {
        return IntStream.range(0, COUNT).mapToObj(Question::new).toList();
    }

    String user() {
        return request.userId();
    }

    /** The path and query to ask for it. */
    String path() {
        return path;
    }

    /** Its key in Redis. */
    String key() {
        return "ir_v1:" + request.userId() + ":" + String.join(",", request.symbols());
    }

    /** Whether these bytes are the report. */
    boolean isAnsweredBy(byte[] bytes) {
        if (Arrays.equals(bytes, report)) {
            return true;
        }
        // The data change once a day, and the tests may run at that moment.
        report = compute();
        return Arrays.equals(bytes, report);
    }

    private byte[] compute() {
        try {
            return SOURCE.report(request);
        } catch (ReportException e) {
            throw new IllegalStateException(e);
        }
    }
}
