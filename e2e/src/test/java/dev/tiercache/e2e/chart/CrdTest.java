package dev.tiercache.e2e.chart;

import static dev.tiercache.e2e.chart.Chart.at;
import static dev.tiercache.e2e.chart.Chart.map;
import static dev.tiercache.e2e.chart.Repository.CHART;
import static dev.tiercache.e2e.chart.Repository.ROOT;
import static dev.tiercache.e2e.chart.Repository.read;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The chart installs the generated CRD, upgrades it, and never deletes it. */
class CrdTest {
    private static final String FILE = "cachedeployments.tiercache.dev-v1.yaml";

    @Test
    void holdsTheGeneratedCrdByteForByte() throws Exception {
        assertThat(CHART.resolve("files/crds").resolve(FILE))
                .hasSameBinaryContentAs(ROOT.resolve("deploy/crds").resolve(FILE));
        for (Path folder : List.of(CHART.resolve("files/crds"), ROOT.resolve("deploy/crds"))) {
            try (var files = Files.list(folder)) {
                assertThat(files.map(file -> file.getFileName().toString())).containsExactly(FILE);
            }
        }
    }

    @Test
    void installsItWithNothingAddedButThatUninstallingKeepsIt() {
        var crd = Chart.render("{}").only("CustomResourceDefinition");
        assertThat(at(crd, "metadata.annotations")).isEqualTo(Map.of("helm.sh/resource-policy", "keep"));
        map(at(crd, "metadata")).remove("annotations");
        assertThat(crd)
                .isEqualTo(new Yaml()
                        .<Map<String, Object>>load(
                                read(ROOT.resolve("deploy/crds").resolve(FILE))));
    }

    @Test
    void leavesItOutWhenAskedTo() {
        assertThat(Chart.render("crds: {install: false}").all("CustomResourceDefinition"))
                .isEmpty();
    }

    @Test
    void isNotInTheFolderThatHelmNeverUpgrades() {
        assertThat(CHART.resolve("crds")).doesNotExist();
    }
}
