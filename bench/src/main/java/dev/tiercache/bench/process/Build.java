package dev.tiercache.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the build of the project left for the benchmarks: the service's jar, and the class paths of the service alone and
 * of the benchmarks with all peers. They are kept apart, for a peer's library on the service's class path would change
 * what Spring Boot makes of the service.
 *
 * @param root the project's folder
 * @param quick whether JVMs shall start fast rather than run fast: for a try of the harness
 */
public record Build(Path root, boolean quick) {

    private static final Pattern FLAG = Pattern.compile("<jvmFlag>([^<]+)</jvmFlag>");

    /** The flags that the service's image starts Java with, as the parent's pom.xml says. */
    public List<String> imageFlags() {
        try {
            Stream<String> flags = FLAG.matcher(Files.readString(root.resolve("pom.xml")))
                    .results()
                    .map(flag -> flag.group(1));
            return Stream.concat(flags, quick ? Stream.of("-XX:TieredStopAtLevel=1") : Stream.empty())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The service and its libraries, as in its image. */
    public String serviceClasspath() {
        return jar("service", "tiercache-service-") + ":" + libraries("service");
    }

    /** The service and its libraries, and behind them the programs of the benchmarks. */
    public String serviceClasspathWithBenchmarks() {
        return serviceClasspath() + ":" + jar("bench", "tiercache-bench-");
    }

    /** The benchmarks, the service and all peers. */
    public String benchClasspath() {
        return jar("bench", "tiercache-bench-") + ":" + libraries("bench");
    }

    /** A command line of this JVM's Java. */
    public static List<String> java(List<String> flags, String classpath, String main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", classpath, main));
        command.addAll(List.of(arguments));
        return command;
    }

    private Path jar(String module, String prefix) {
        try (var files = Files.list(root.resolve(module).resolve("target"))) {
            return files.filter(f -> f.getFileName().toString().startsWith(prefix)
                            && f.getFileName().toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no jar of " + module + ": start with dev/bench"));
        } catch (IOException e) {
            throw new UncheckedIOException("no jar of " + module + ": start with dev/bench", e);
        }
    }

    private String libraries(String module) {
        try {
            return Files.readString(root.resolve(module).resolve("target").resolve("classpath"))
                    .strip();
        } catch (IOException e) {
            throw new UncheckedIOException("no class path of " + module + ": start with dev/bench", e);
        }
    }
}
