package dev.tiercache.e2e.chart;

import com.marcnuri.helm.Helm;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.Yaml;

/** The chart as Helm renders it for given values, read as plain maps and lists. */
record Chart(String text, List<Map<String, Object>> objects) {
    static final String RELEASE = "tiercache";
    static final String NAMESPACE = "tiercache-system";

    /**
     * Helm as a library leaves hooks out of what it renders. The annotation is therefore disguised on the way in and
     * restored on the way out, so that the pod of {@code helm test} is judged like all else.
     */
    private static final String HOOK = "helm.sh/hook: test";

    private static final String DISGUISE = "disguised.example/hook: test";

    /** Renders the chart with these values, in YAML, on top of its own; throws with Helm's message when it is refused. */
    static Chart render(String values) {
        try {
            Path copy = Files.createTempDirectory("chart");
            try {
                copyDisguised(copy);
                Path file = Files.writeString(copy.resolve("given-values.yaml"), values);
                return parse(new Helm(copy)
                        .template()
                        .withName(RELEASE)
                        .withNamespace(NAMESPACE)
                        .withKubeVersion("1.34.0")
                        .withValuesFile(file)
                        .call()
                        .replace(DISGUISE, HOOK));
            } finally {
                try (var files = Files.walk(copy)) {
                    files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copyDisguised(Path copy) throws IOException {
        try (var files = Files.walk(Repository.CHART)) {
            for (Path from : files.filter(Files::isRegularFile).toList()) {
                Path to = copy.resolve(Repository.CHART.relativize(from));
                Files.createDirectories(to.getParent());
                Files.writeString(to, Files.readString(from).replace(HOOK, DISGUISE));
            }
        }
    }

    private static Chart parse(String text) {
        var objects = StreamSupport.stream(new Yaml().loadAll(text).spliterator(), false)
                .filter(Objects::nonNull)
                .map(Chart::map)
                .toList();
        return new Chart(text, objects);
    }

    List<Map<String, Object>> all(String kind) {
        return objects.stream().filter(o -> kind.equals(o.get("kind"))).toList();
    }

    /** The one object of a kind. */
    Map<String, Object> only(String kind) {
        var found = all(kind);
        if (found.size() != 1) {
            throw new AssertionError("expected one " + kind + ", but the chart has " + found.size());
        }
        return found.getFirst();
    }

    /** What is at a path of keys and list indexes, such as {@code spec.template.spec.containers.0}. */
    static Object at(Object tree, String path) {
        Object here = tree;
        for (String key : path.split("\\.")) {
            here = here instanceof List<?> list
                    ? list.get(Integer.parseInt(key))
                    : map(here).get(key);
            if (here == null) {
                throw new AssertionError("nothing at " + key + " of " + path);
            }
        }
        return here;
    }

    /** The tree read as the map it is known to be. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object tree) {
        return (Map<String, Object>) tree;
    }

    /** The tree read as the list of maps it is known to be. */
    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> maps(Object tree) {
        return (List<Map<String, Object>>) tree;
    }
}
