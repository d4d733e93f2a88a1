package dev.tiercache.service.config;

import dev.tiercache.service.config.Variable.Life;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads CONFIG_FILE and the password file again when they change, and tells those who care.
 *
 * <p>It compares contents twice a second instead of waiting for file events: Kubernetes swaps a symbolic link two
 * folders up, which no event of the file itself shows. A bad value changes nothing: the last good one of that variable
 * stays, one warning says so, and {@link #problems} goes on saying so.
 */
public final class LiveConfig implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LiveConfig.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final int MAX_FILE_BYTES = 1 << 20;

    private final Settings settings;
    private final long mostL1Bytes;
    private final List<Consumer<LiveSettings>> listeners = new CopyOnWriteArrayList<>();
    private final List<Runnable> passwordListeners = new CopyOnWriteArrayList<>();
    private final Map<Variable, String> good = new EnumMap<>(Variable.class);
    private final Thread thread;

    private volatile LiveSettings current;
    private volatile List<Problem> problems = List.of();
    private volatile boolean closed;
    private byte @Nullable [] configSeen;
    private byte @Nullable [] passwordSeen;
    private boolean missingSaid;

    /** Reads the files once; {@link #start} goes on watching them. */
    public LiveConfig(Settings settings) {
        // The other half is for requests under way and for the service itself.
        this(settings, Runtime.getRuntime().maxMemory() / 2);
    }

    /** With the most that L1 may take, bytes, whatever is set. */
    LiveConfig(Settings settings, long mostL1Bytes) {
        this.settings = settings;
        this.mostL1Bytes = mostL1Bytes;
        for (Variable variable : Variable.values()) {
            if (variable.life() == Life.LIVE) {
                good.put(variable, Settings.given(settings.environment(), variable));
            }
        }
        this.current = LiveSettings.of(good, mostL1Bytes);
        report(List.of());
        pollConfig();
        this.passwordSeen = read(settings.redisPasswordFile());
        this.thread = Thread.ofVirtual().name("live-config").unstarted(this::run);
    }

    /** Starts to watch. */
    public void start() {
        thread.start();
    }

    /** The settings in force. */
    public LiveSettings current() {
        return current;
    }

    /** The values in force of all variables that may change, as they were given. None of them is a secret. */
    public synchronized Map<Variable, String> values() {
        return new EnumMap<>(good);
    }

    /** The values that are not used as they were given. */
    public List<Problem> problems() {
        return problems;
    }

    /** Has a listener told of the settings in force, now and after each change. */
    public synchronized void onChange(Consumer<LiveSettings> listener) {
        listeners.add(listener);
        listener.accept(current);
    }

    /** Has a listener told when the content of REDIS_PASSWORD_FILE changed. */
    public void onPasswordChange(Runnable listener) {
        passwordListeners.add(listener);
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }

    private void run() {
        while (!closed) {
            try {
                TimeUnit.MILLISECONDS.sleep(POLL.toMillis());
                poll();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("event=config_watch_failed error=\"{}\"", e.toString());
            }
        }
    }

    /** Looks once at each file. Not while a listener comes: it would miss a change, or hear of the one before it last. */
    synchronized void poll() {
        if (pollConfig()) {
            listeners.forEach(listener -> tell(() -> listener.accept(current)));
        }
        byte[] password = read(settings.redisPasswordFile());
        if (password != null && !Arrays.equals(password, passwordSeen)) {
            passwordSeen = password;
            LOG.info("event=password_file_changed");
            passwordListeners.forEach(LiveConfig::tell);
        }
    }

    /** One listener that fails keeps the news from no other. */
    private static void tell(Runnable listener) {
        try {
            listener.run();
        } catch (RuntimeException e) {
            LOG.error("event=config_listener_failed", e);
        }
    }

    /** Returns whether the settings changed. */
    private boolean pollConfig() {
        Path file = settings.configFile();
        if (file == null) {
            return false;
        }
        byte[] content = read(file);
        if (content == null) {
            // Between two versions of a mounted folder there may be none: what holds, holds.
            if (!missingSaid) {
                missingSaid = true;
                LOG.warn("event=config_file_unreadable file={} effect=\"the settings stay as they are\"", file);
            }
            return false;
        }
        missingSaid = false;
        if (Arrays.equals(content, configSeen)) {
            return false;
        }
        configSeen = content;
        return take(content);
    }

    private boolean take(byte[] content) {
        Map<String, String> inFile;
        try {
            inFile = ConfigFile.parse(content);
        } catch (IllegalArgumentException e) {
            report(List.of(new Problem(Variable.CONFIG_FILE.name(), "(its content)", "a properties file")));
            return false;
        }
        List<Problem> found = new ArrayList<>();
        Map<Variable, String> changed = new TreeMap<>();
        for (Variable variable : Variable.values()) {
            String given = inFile.getOrDefault(variable.name(), "");
            String value = given.isEmpty() ? Settings.given(settings.environment(), variable) : given;
            if (!variable.accepts(value)) {
                found.add(Problem.of(variable, value));
            } else if (variable.life() == Life.LIVE && !value.equals(good.put(variable, value))) {
                changed.put(variable, value);
            }
        }
        Set<String> known = Arrays.stream(Variable.values()).map(Enum::name).collect(Collectors.toSet());
        inFile.forEach((name, value) -> {
            if (!known.contains(name)) {
                found.add(new Problem(name, "(not used)", "a name that the service knows"));
            }
        });
        report(found);
        if (changed.isEmpty()) {
            return false;
        }
        current = LiveSettings.of(good, mostL1Bytes);
        LOG.info("event=config_applied changed=\"{}\"", changed);
        return true;
    }

    private void report(List<Problem> found) {
        for (Problem problem : found) {
            if (!problems.contains(problem)) {
                LOG.warn(
                        "event=config_value_refused name={} value=\"{}\" expected=\"{}\" effect=\"the last good value"
                                + " stays\"",
                        problem.name(),
                        problem.value().replaceAll("[\\p{Cntrl}\"]", "?"),
                        problem.expected());
            }
        }
        List<Problem> all = new ArrayList<>(found);
        String l1Bytes = good.getOrDefault(Variable.L1_MAX_BYTES, "0");
        if (Long.parseLong(l1Bytes) > mostL1Bytes) {
            Problem capped = new Problem(
                    Variable.L1_MAX_BYTES.name(),
                    l1Bytes,
                    "at most " + mostL1Bytes + ", half of the heap: that is used");
            if (!problems.contains(capped)) {
                LOG.warn(
                        "event=config_value_capped name={} value={} used={} reason=\"half of the heap\"",
                        capped.name(),
                        l1Bytes,
                        mostL1Bytes);
            }
            all.add(capped);
        }
        problems = List.copyOf(all);
    }

    private static byte @Nullable [] read(@Nullable Path file) {
        if (file == null) {
            return null;
        }
        try {
            return Files.size(file) > MAX_FILE_BYTES ? null : Files.readAllBytes(file);
        } catch (IOException e) {
            return null;
        }
    }
}
