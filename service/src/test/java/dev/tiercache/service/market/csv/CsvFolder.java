package dev.tiercache.service.market.csv;

import dev.tiercache.service.market.MarketBreadth;
import dev.tiercache.service.market.OptionsActivity;
import dev.tiercache.service.market.PriceHistory;
import dev.tiercache.service.market.demo.DemoMarketData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** Writes market data as the files that the source reads. */
public final class CsvFolder {

    private final Path folder;

    /** Writes below {@code folder}. */
    public CsvFolder(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder.resolve("prices"));
    }

    /** Where the files are. */
    public Path path() {
        return folder;
    }

    /** Writes one file, or writes it anew. */
    public CsvFolder file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Path next = Files.writeString(folder.resolve("next"), text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        return this;
    }

    /** Writes what the demo source says of {@code symbols} and of the market. */
    public CsvFolder demo(DemoMarketData demo, List<String> symbols) throws IOException {
        for (String symbol : symbols) {
            PriceHistory prices = demo.prices(symbol).orElseThrow();
            StringBuilder text = new StringBuilder("date,close,volume\n");
            for (int i = 0; i < prices.size(); i++) {
                text.append(LocalDate.ofEpochDay(prices.epochDay(i)))
                        .append(',')
                        .append(prices.close(i))
                        .append(",1000\n");
            }
            file("prices/" + symbol + ".csv", text.toString());
            Optional<OptionsActivity> options = demo.options(symbol);
            if (options.isPresent()) {
                file("options/" + symbol + ".csv", text(options.get()));
            }
        }
        MarketBreadth breadth = demo.breadth().orElseThrow();
        return file(
                "breadth.csv",
                "date,advancing,declining,volume_ratio,spread_bps\n" + breadth.date() + "," + breadth.advancing() + ","
                        + breadth.declining() + "," + breadth.volumeRatio() + "," + breadth.spreadBps() + "\n");
    }

    private static String text(OptionsActivity options) {
        return "date,put_call_ratio,iv_skew,volume_ratio\n" + options.date() + "," + options.putCallRatio() + ","
                + options.ivSkew() + "," + options.volumeRatio() + "\n";
    }
}
