package dev.tiercache.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventCatalogueTest {

    @Test
    void theCatalogueNamesEveryReasonWithItsTypeAndNoOther() throws IOException {
        List<String> documented = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("../docs/events.md"))) {
            String[] cells = line.split("\\|");
            if (cells.length > 3 && cells[2].strip().matches("Normal|Warning")) {
                for (String reason : cells[1].split(",")) {
                    documented.add(reason.strip() + " " + cells[2].strip());
                }
            }
        }

        assertThat(documented)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(EventReason.values())
                        .map(reason -> reason + (reason.isWarning() ? " Warning" : " Normal"))
                        .toList());
    }
}
