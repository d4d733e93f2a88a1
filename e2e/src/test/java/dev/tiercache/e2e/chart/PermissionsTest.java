package dev.tiercache.e2e.chart;

import static dev.tiercache.e2e.chart.Chart.at;
import static dev.tiercache.e2e.chart.Chart.map;
import static dev.tiercache.e2e.chart.Chart.maps;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The operator may do what docs/permissions.md says, where it says so, and nothing else. */
class PermissionsTest {
    private static final String SERVED = "In the namespaces it serves";
    private static final String OWN = "In its own namespace";
    private static final List<String> EVERY_VERB = List.of(
            "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "escalate", "bind");

    @Test
    void grantsWhatThePageSaysForEveryNamespace() {
        var chart = Chart.render("watchNamespaces: []");
        assertThat(grants(byName(chart, "ClusterRole", "tiercache-operator"))).isEqualTo(documented(SERVED));
        assertThat(grants(byName(chart, "Role", "tiercache-operator-lease"))).isEqualTo(documented(OWN));
        assertThat(chart.all("Role")).hasSize(1);
        assertBound(chart, "ClusterRoleBinding", "tiercache-operator", "ClusterRole");
        assertBound(chart, "RoleBinding", "tiercache-operator-lease", "Role");
    }

    @Test
    void grantsTheSameOnlyInTheWatchedNamespaces() {
        var chart = Chart.render("{watchNamespaces: [a, b], rbac: {aggregateUserRoles: false}}");
        assertThat(chart.all("ClusterRole")).isEmpty();
        assertThat(chart.all("ClusterRoleBinding")).isEmpty();
        var served = chart.all("Role").stream()
                .filter(role -> at(role, "metadata.name").equals("tiercache-operator"))
                .toList();
        assertThat(served).extracting(role -> at(role, "metadata.namespace")).containsExactlyInAnyOrder("a", "b");
        assertThat(served).allSatisfy(role -> assertThat(grants(role)).isEqualTo(documented(SERVED)));
        assertThat(chart.all("RoleBinding"))
                .extracting(b -> at(b, "metadata.namespace"))
                .containsExactlyInAnyOrder("a", "b", Chart.NAMESPACE);
    }

    @Test
    void neverLetsTheOperatorTakeOverTheCluster() {
        var granted = documented(SERVED);
        granted.addAll(documented(OWN));
        var forbidden = new TreeSet<String>();
        EVERY_VERB.forEach(verb -> {
            for (var resource : List.of(
                    "/nodes",
                    "/nodes/proxy",
                    "/pods/exec",
                    "/pods/attach",
                    "/pods/ephemeralcontainers",
                    "/serviceaccounts",
                    "/serviceaccounts/token",
                    "rbac.authorization.k8s.io/roles",
                    "rbac.authorization.k8s.io/rolebindings",
                    "rbac.authorization.k8s.io/clusterroles",
                    "rbac.authorization.k8s.io/clusterrolebindings",
                    "apiextensions.k8s.io/customresourcedefinitions")) {
                forbidden.add(resource + " " + verb);
            }
        });
        forbidden.addAll(Set.of(
                "/pods create",
                "/pods update",
                "tiercache.dev/cachedeployments delete",
                "tiercache.dev/cachedeployments deletecollection"));
        assertThat(granted).doesNotContainAnyElementsOf(forbidden).noneMatch(grant -> grant.contains("*"));
    }

    @Test
    void lendsUsersTheRightsThatTheirRoleInTheNamespaceImplies() {
        var chart = Chart.render("{}");
        var view = byName(chart, "ClusterRole", "tiercache-operator-view");
        var edit = byName(chart, "ClusterRole", "tiercache-operator-edit");
        assertThat(map(at(view, "metadata.labels")))
                .containsEntry("rbac.authorization.k8s.io/aggregate-to-view", "true");
        assertThat(map(at(edit, "metadata.labels")))
                .containsEntry("rbac.authorization.k8s.io/aggregate-to-edit", "true");
        assertThat(grants(view))
                .contains("tiercache.dev/cachedeployments list")
                .allMatch(grant -> grant.matches("tiercache.dev/cachedeployments\\S* (get|list|watch)"));
        assertThat(grants(edit))
                .contains("tiercache.dev/cachedeployments delete", "tiercache.dev/cachedeployments/scale patch")
                .as("the status is the operator's word")
                .noneMatch(grant -> grant.contains("/status"));
    }

    private static void assertBound(Chart chart, String bindingKind, String name, String roleKind) {
        var binding = byName(chart, bindingKind, name);
        assertThat(map(at(binding, "roleRef"))).containsEntry("kind", roleKind).containsEntry("name", name);
        assertThat(at(binding, "subjects"))
                .isEqualTo(List.of(
                        Map.of("kind", "ServiceAccount", "name", "tiercache-operator", "namespace", Chart.NAMESPACE)));
    }

    private static Map<String, Object> byName(Chart chart, String kind, String name) {
        return chart.all(kind).stream()
                .filter(o -> at(o, "metadata.name").equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the chart has no " + kind + " " + name));
    }

    /** A role as lines of {@code group/resource[name] verb}. */
    private static Set<String> grants(Map<String, Object> role) {
        var grants = new TreeSet<String>();
        for (var rule : maps(at(role, "rules"))) {
            var names = rule.containsKey("resourceNames")
                    ? strings(rule.get("resourceNames")).toString()
                    : "";
            for (var group : strings(at(rule, "apiGroups"))) {
                for (var resource : strings(at(rule, "resources"))) {
                    strings(at(rule, "verbs")).forEach(verb -> grants.add(group + "/" + resource + names + " " + verb));
                }
            }
        }
        return grants;
    }

    @SuppressWarnings("unchecked")
    private static Collection<String> strings(Object list) {
        return (Collection<String>) list;
    }

    /** The rows of the page's table below a heading, in the same form: {@code | group | resources | verbs | why |}. */
    private static Set<String> documented(String heading) {
        var page = Repository.read(Repository.ROOT.resolve("docs/permissions.md"));
        var section = page.split("## " + heading + "\n", 2)[1].split("\n## ", 2)[0];
        var grants = new TreeSet<String>();
        var row = Pattern.compile("(?m)^\\| (`\\S+`|core) \\| `([^|]+)` \\| ([a-z, ]+) \\| .+\\|$")
                .matcher(section);
        while (row.find()) {
            var group = row.group(1).equals("core") ? "" : row.group(1).replace("`", "");
            for (var resource : row.group(2).split("`, `")) {
                Arrays.stream(row.group(3).split(", "))
                        .forEach(verb -> grants.add(group + "/" + resource + " " + verb));
            }
        }
        assertThat(grants).as("rows below " + heading).isNotEmpty();
        return grants;
    }
}
