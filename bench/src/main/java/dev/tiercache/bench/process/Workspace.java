package dev.tiercache.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** Owns every process and every file of one run, and ends and removes them when the run ends, also by Ctrl-C. */
public final class Workspace implements AutoCloseable {

    private static final int LEAST_PORT = 20_000;
    private static final int MOST_PORT = 32_000;

    private final Path folder;
    private final Deque<Child> children = new ArrayDeque<>();
    private boolean closed;

    /** Makes an empty one in the folder for temporary files. */
    public Workspace() {
        try {
            folder = Files.createTempDirectory("tiercache-bench");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "end of the benchmarks"));
    }

    /**
     * Starts a process with nothing but the given environment.
     *
     * @param name for messages, and for the name of its log
     */
    public synchronized Child start(String name, Map<String, String> environment, List<String> command) {
        if (closed) {
            throw new IllegalStateException("the run has ended");
        }
        Child child =
                Child.start(name, folder("logs").resolve(name + "-" + children.size() + ".log"), environment, command);
        children.push(child);
        return child;
    }

    /**
     * Runs a process that prints to our own output, with our own environment, to its end.
     *
     * @return its exit status
     */
    public int runVisibly(String name, List<String> command) {
        Child child;
        synchronized (this) {
            child = Child.startVisibly(name, command);
            children.push(child);
        }
        return child.exitStatus();
    }

    /** A folder of that name, made if it is not there. */
    public Path folder(String name) {
        try {
            return Files.createDirectories(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A new folder whose name begins with this. */
    public Path newFolder(String name) {
        try {
            return Files.createTempDirectory(folder, name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How long a file is, bytes. */
    public static long bytes(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a file into a folder. */
    public static Path write(Path folder, String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A port of the loopback that is free now, below those that the kernel gives to outgoing connections: one of these
     * may be taken before the server that wants it has started.
     */
    public static int freePort() {
        for (int i = 0; i < 100; i++) {
            int port = ThreadLocalRandom.current().nextInt(LEAST_PORT, MOST_PORT);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // Taken: the next one.
            }
        }
        throw new IllegalStateException("no port of the loopback is free from " + LEAST_PORT + " to " + MOST_PORT);
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        children.forEach(Child::close);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            System.err.println("could not remove " + folder + ": " + e);
        }
    }
}
