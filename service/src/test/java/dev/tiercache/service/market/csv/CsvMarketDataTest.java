package dev.tiercache.service.market.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tiercache.service.market.MarketData;
import dev.tiercache.service.market.MarketData.Holding;
import dev.tiercache.service.market.MarketDataContract;
import dev.tiercache.service.market.MarketDataException;
import dev.tiercache.service.market.OptionsActivity;
import dev.tiercache.service.market.PriceHistory;
import dev.tiercache.service.market.demo.DemoMarketData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvMarketDataTest extends MarketDataContract {

    private static final DemoMarketData DEMO =
            new DemoMarketData(Clock.fixed(Instant.parse("2025-11-24T15:00:00Z"), ZoneOffset.UTC));

    @TempDir
    private Path directory;

    private CsvFolder folder;
    private CsvMarketData data;

    @BeforeEach
    void write() throws IOException {
        folder = new CsvFolder(directory).demo(DEMO, List.of("AAPL", "MSFT", "SPY", "BRK.B", "^GSPC"));
        data = new CsvMarketData(directory);
    }

    @Override
    protected MarketData source() {
        return data;
    }

    @Test
    void what_is_in_the_files_is_what_is_read() throws Exception {
        PriceHistory demo = DEMO.prices("AAPL").orElseThrow();
        PriceHistory read = data.prices("AAPL").orElseThrow();
        assertThat(read.size()).isEqualTo(demo.size());
        for (int i = 0; i < demo.size(); i++) {
            assertThat(read.epochDay(i)).isEqualTo(demo.epochDay(i));
            assertThat(read.close(i)).isEqualTo(demo.close(i));
        }
        assertThat(data.options("AAPL")).isEqualTo(DEMO.options("AAPL"));
        assertThat(data.breadth()).isEqualTo(DEMO.breadth());
    }

    @Test
    void columns_may_be_in_any_order_with_spaces_empty_lines_and_windows_line_ends() throws Exception {
        folder.file("prices/X.csv", "\uFEFFvolume, close ,date\r\n\r\n7, 10.5 , 2025-11-20\r\n8,11,2025-11-21\r\n");
        PriceHistory prices = data.prices("X").orElseThrow();
        assertThat(prices.size()).isEqualTo(2);
        assertThat(prices.close(0)).isEqualTo(10.5);
        assertThat(prices.newestDate()).isEqualTo(LocalDate.of(2025, 11, 21));
    }

    @Test
    void the_last_row_of_options_counts_and_an_empty_value_is_missing() throws Exception {
        folder.file(
                "options/AAPL.csv",
                "date,put_call_ratio,iv_skew,volume_ratio\n2025-11-20,0.7,0.01,1\n2025-11-21,0.8,,1.2\n");
        assertThat(data.options("AAPL"))
                .contains(new OptionsActivity(LocalDate.of(2025, 11, 21), 0.8, Double.NaN, 1.2));
    }

    @Test
    void all_but_prices_may_be_missing() throws Exception {
        folder.file("prices/X.csv", "date,close\n2025-11-21,10\n");
        Files.delete(directory.resolve("breadth.csv"));
        assertThat(data.prices("X")).isPresent();
        assertThat(data.options("X")).isEmpty();
        assertThat(data.breadth()).isEmpty();
        assertThat(data.portfolio("alice")).isEmpty();
    }

    @Test
    void a_portfolio_is_read() throws Exception {
        folder.file("portfolios/alice@example.com.csv", "symbol,quantity\nAAPL,10\nBRK.B,0.5\n");
        assertThat(data.portfolio("alice@example.com"))
                .containsExactly(new Holding("AAPL", 10), new Holding("BRK.B", 0.5));
    }

    @Test
    void a_changed_file_is_read_again_and_a_deleted_one_forgotten() throws Exception {
        folder.file("prices/X.csv", "date,close\n2025-11-21,10\n");
        assertThat(data.prices("X").orElseThrow().newestClose()).isEqualTo(10);
        folder.file("prices/X.csv", "date,close\n2025-11-21,12\n");
        assertThat(data.prices("X").orElseThrow().newestClose()).isEqualTo(12);
        Files.delete(directory.resolve("prices/X.csv"));
        assertThat(data.prices("X")).isEmpty();
    }

    @Test
    void an_unchanged_file_is_parsed_once() throws Exception {
        assertThat(data.prices("AAPL").orElseThrow())
                .isSameAs(data.prices("AAPL").orElseThrow());
    }

    @Test
    void a_swapped_link_as_of_a_kubernetes_volume_is_a_change(@TempDir Path volume) throws Exception {
        new CsvFolder(volume.resolve("one")).file("prices/X.csv", "date,close\n2025-11-21,10\n");
        new CsvFolder(volume.resolve("two")).file("prices/X.csv", "date,close\n2025-11-21,20\n");
        Path current = Files.createSymbolicLink(volume.resolve("current"), Path.of("one"));
        CsvMarketData linked = new CsvMarketData(current);
        assertThat(linked.prices("X").orElseThrow().newestClose()).isEqualTo(10);
        Files.delete(current);
        Files.createSymbolicLink(current, Path.of("two"));
        assertThat(linked.prices("X").orElseThrow().newestClose()).isEqualTo(20);
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', textBlock = """
            date,close;2025-11-20,10;2025-11-21,ten        | prices/X.csv line 3: close must be a number above 0, and is "ten"
            date,close;2025-11-20,0                        | prices/X.csv line 2: close must be a number above 0, and is "0"
            date,close;2025-11-20,Infinity                 | prices/X.csv line 2: close must be a number above 0, and is "Infinity"
            date,close;2025-11-20,                         | prices/X.csv line 2: close must be a number above 0, and is ""
            date,close;20.11.2025,10                       | prices/X.csv line 2: date must be a date like 2025-11-21, and is "20.11.2025"
            date,close;+10000-01-01,10                     | prices/X.csv line 2: date must be a date like 2025-11-21, and is "+10000-01-01"
            date,close;2025-11-20,10;2025-11-20,11         | prices/X.csv line 3: date must be later than 2025-11-20, and is "2025-11-20"
            date,close;2025-11-20,10,5                     | prices/X.csv line 2: there are 3 values for 2 columns
            day,close;2025-11-20,10                        | prices/X.csv line 1: the header must name the column date, and is "day,close"
            date,close                                     | prices/X.csv has no rows
            ;                                              | prices/X.csv line 1: the header is missing: date,close
            """)
    void what_is_wrong_is_named_with_file_and_line(String rows, String expected) throws Exception {
        folder.file("prices/X.csv", rows.replace(';', '\n'));
        assertThatExceptionOfType(MarketDataException.class)
                .isThrownBy(() -> data.prices("X"))
                .withMessage(expected);
    }

    @Test
    void a_quantity_or_ticker_that_is_none_is_refused() throws Exception {
        folder.file("portfolios/a.csv", "symbol,quantity\nAAPL,-1\n");
        folder.file("portfolios/b.csv", "symbol,quantity\n../x,1\n");
        folder.file("breadth.csv", "date,advancing,declining,volume_ratio,spread_bps\n2025-11-21,-5,1,1,1\n");
        assertThatExceptionOfType(MarketDataException.class)
                .isThrownBy(() -> data.portfolio("a"))
                .withMessageContaining("line 2: quantity");
        assertThatExceptionOfType(MarketDataException.class)
                .isThrownBy(() -> data.portfolio("b"))
                .withMessageContaining("symbol must be a ticker");
        assertThatExceptionOfType(MarketDataException.class)
                .isThrownBy(() -> data.breadth())
                .withMessageContaining("advancing must be a number of 0 or more, or nothing, and is \"-5\"");
    }

    @Test
    void a_change_that_cannot_be_used_leaves_the_copy_before_it_until_it_is_put_right() throws Exception {
        folder.file("prices/X.csv", "date,close\n2025-11-21,10\n");
        assertThat(data.prices("X").orElseThrow().newestClose()).isEqualTo(10);
        Instant changed =
                Files.getLastModifiedTime(directory.resolve("prices/X.csv")).toInstant();
        List<String> copies = new ArrayList<>();
        MarketData told = data.telling((kind, name, from) -> {
            assertThat(from).isEqualTo(changed);
            copies.add(kind + " " + name);
        });
        folder.file("prices/X.csv", "date,close\n2025-11-21,\n");
        assertThat(told.prices("X").orElseThrow().newestClose()).isEqualTo(10);
        folder.file("prices/X.csv", "date,close\n2025-11-21,none\n");
        assertThat(told.prices("X").orElseThrow().newestClose()).isEqualTo(10);
        assertThat(copies).containsExactly("PRICES X", "PRICES X");
        folder.file("prices/X.csv", "date,close\n2025-11-21,13\n");
        assertThat(told.prices("X").orElseThrow().newestClose()).isEqualTo(13);
        assertThat(copies).hasSize(2);
    }

    @Test
    void a_file_that_is_no_text_is_refused() throws Exception {
        Files.write(directory.resolve("prices/X.csv"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThatExceptionOfType(MarketDataException.class)
                .isThrownBy(() -> data.prices("X"))
                .withMessage("prices/X.csv is not UTF-8");
    }

    @Test
    void names_that_lead_out_of_the_folder_are_not_known() throws Exception {
        Files.writeString(directory.resolve("secret.csv"), "symbol,quantity\nAAPL,1\n");
        assertThat(data.prices("../prices/AAPL")).isEmpty();
        assertThat(data.options("/etc/passwd")).isEmpty();
        assertThat(data.portfolio("../secret")).isEmpty();
        assertThat(data.portfolio("..")).isEmpty();
    }

    @Test
    void a_folder_without_prices_is_refused_at_the_start_and_an_error_later(@TempDir Path empty) throws Exception {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CsvMarketData(empty))
                .withMessageContaining("must have a folder prices");
        Files.move(directory.resolve("prices"), directory.resolve("elsewhere"));
        assertThatExceptionOfType(MarketDataException.class).isThrownBy(() -> data.prices("AAPL"));
    }
}
