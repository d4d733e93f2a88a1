package dev.tiercache.e2e.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** What helm install says at its end leads a new user to a running resource. */
class NotesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @Test
    void showTheSmallestResourceInAServedNamespace() throws IOException {
        var notes = notes("watchNamespaces: [team-a, team-b]");
        assertThat(notes).contains("It serves the CacheDeployments of: team-a, team-b.");
        assertThat(notes).contains("kubectl apply --namespace team-a -f -");
        var resource = notes.split("<<'EOF'\n", 2)[1].split(" *EOF\n", 2)[0].stripIndent();
        assertThat(new Yaml().<Map<String, Object>>load(resource))
                .isEqualTo(new Yaml().load(Repository.read(Repository.ROOT.resolve("deploy/samples/smallest.yaml"))));
    }

    @Test
    void sayHowToCheckUpgradeAndWhatUninstallingKeeps() throws IOException {
        assertThat(notes("{}").lines().map(String::strip).toList())
                .contains("It serves the CacheDeployments of every namespace.")
                .contains("helm test tiercache --namespace tiercache-system")
                .contains("helm upgrade tiercache CHART --namespace tiercache-system")
                .contains("Uninstalling keeps it and every CacheDeployment: Redis and the API go on running.");
    }

    @Test
    void sayWhatIsLeftToTheUserWhoInstallsCrdsAndRolesHimself() throws IOException {
        assertThat(List.of(
                        notes("{crds: {install: false}, rbac: {create: false}}").split("\n")))
                .contains("  kubectl apply --server-side -f CHART/files/crds")
                .contains("No roles were made (rbac.create is false): the account tiercache-operator needs those of"
                        + " docs/permissions.md.");
    }

    private String notes(String values) throws IOException {
        var file = Files.writeString(folder.resolve("values.yaml"), values);
        return new Helm(Repository.CHART)
                .install()
                .withName(Chart.RELEASE)
                .withNamespace(Chart.NAMESPACE)
                .withKubeVersion("1.34.0")
                .withValuesFile(file)
                .clientOnly()
                .dryRun()
                .call()
                .getOutput()
                .split("NOTES:\n", 2)[1];
    }
}
