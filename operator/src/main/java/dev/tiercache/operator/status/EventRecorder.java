package dev.tiercache.operator.status;

import dev.tiercache.operator.crd.CacheDeployment;
import dev.tiercache.operator.leader.Leadership;
import dev.tiercache.operator.status.Transitions.Note;
import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Writes events (events.k8s.io/v1). What repeats within some minutes becomes a series of one event, and a resource
 * that has too much to tell is not heard for a while: events are for people.
 */
public final class EventRecorder {
    private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final String MANAGER = "tiercache-operator";
    private static final String CONTROLLER = "tiercache.dev/operator";
    private static final int LONGEST_NOTE = 1_000;
    /** As Kubernetes' own recorder: a repetition later than this is a new event. */
    private static final Duration SERIES = Duration.ofMinutes(6);

    /** Between two requests that only count a series on. */
    private static final Duration SERIES_PAUSE = Duration.ofMinutes(1);

    private static final int MOST_PER_WINDOW = 25;
    private static final int MOST_REMEMBERED = 4_096;

    private final KubernetesClient client;
    private final Leadership leadership;
    private final String instance;
    private final Clock clock;

    /** Guarded by this; the oldest are forgotten first. */
    private final Map<Key, Written> written = bounded();

    private final Map<String, Window> windows = bounded();

    private record Key(String uid, EventReason reason, String note) {}

    private record Written(String name, int count, Instant last, Instant sent) {}

    private record Window(Instant start, int count) {}

    /** @param instance name of this pod */
    public EventRecorder(KubernetesClient client, Leadership leadership, String instance, Clock clock) {
        this.client = client;
        this.leadership = leadership;
        this.instance = instance;
        this.clock = clock;
    }

    /** Writes one event; a failure is logged and changes nothing else. */
    public void record(CacheDeployment cache, Note note) {
        LOG.atLevel(note.reason().isWarning() ? Level.WARN : Level.INFO)
                .addKeyValue("namespace", cache.getMetadata().getNamespace())
                .addKeyValue("name", cache.getMetadata().getName())
                .addKeyValue("reason", note.reason())
                .log(note.note());
        if (!leadership.mayWrite()) {
            return;
        }
        try {
            write(cache, note);
        } catch (KubernetesClientException failure) {
            LOG.atWarn()
                    .addKeyValue("reason", note.reason())
                    .addKeyValue("code", failure.getCode())
                    .log("event not written");
        }
    }

    private void write(CacheDeployment cache, Note note) {
        Instant now = clock.instant();
        var meta = cache.getMetadata();
        var key = new Key(meta.getUid(), note.reason(), note.note());
        var next = next(key, meta.getName(), now);
        if (next == null) {
            return;
        }
        if (next.count() > 1) {
            client.resource(series(next.name(), meta.getNamespace(), next.count(), now))
                    .fieldManager(MANAGER)
                    .forceConflicts()
                    .serverSideApply();
            return;
        }
        try {
            client.resource(event(cache, note, next.name(), now))
                    .inNamespace(meta.getNamespace())
                    .create();
        } catch (KubernetesClientException failure) {
            forget(key);
            throw failure;
        }
    }

    /** What is worth a request now, or null; the lock is never held over a request. */
    private synchronized @Nullable Written next(Key key, String resource, Instant now) {
        var before = written.get(key);
        if (before == null || !before.last().plus(SERIES).isAfter(now)) {
            if (!allowed(key.uid(), now)) {
                return null;
            }
            String name = resource + "." + UUID.randomUUID().toString().substring(0, 13);
            var first = new Written(name, 1, now, now);
            written.put(key, first);
            return first;
        }
        // That it repeats is told at once, how often only now and then.
        boolean due = before.count() == 1 || !before.sent().plus(SERIES_PAUSE).isAfter(now);
        var again = new Written(before.name(), before.count() + 1, now, due ? now : before.sent());
        written.put(key, again);
        return due ? again : null;
    }

    private synchronized void forget(Key key) {
        written.remove(key);
    }

    private static Event series(String name, String namespace, int count, Instant now) {
        return new EventBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .withNewSeries()
                .withCount(count)
                .withLastObservedTime(new MicroTime(MICROS.format(now)))
                .endSeries()
                .build();
    }

    private Event event(CacheDeployment cache, Note note, String name, Instant now) {
        var meta = cache.getMetadata();
        String text =
                note.note().length() <= LONGEST_NOTE ? note.note() : note.note().substring(0, LONGEST_NOTE);
        return new EventBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(meta.getNamespace())
                .endMetadata()
                .withEventTime(new MicroTime(MICROS.format(now)))
                .withReportingController(CONTROLLER)
                .withReportingInstance(instance)
                .withAction(note.action())
                .withReason(note.reason().toString())
                .withType(note.reason().isWarning() ? "Warning" : "Normal")
                .withNote(text)
                .withRegarding(new ObjectReferenceBuilder()
                        .withApiVersion(cache.getApiVersion())
                        .withKind(cache.getKind())
                        .withNamespace(meta.getNamespace())
                        .withName(meta.getName())
                        .withUid(meta.getUid())
                        .build())
                .build();
    }

    private boolean allowed(String uid, Instant now) {
        var window = windows.get(uid);
        if (window == null || window.start().plus(SERIES).isBefore(now)) {
            windows.put(uid, new Window(now, 1));
            return true;
        }
        windows.put(uid, new Window(window.start(), window.count() + 1));
        return window.count() < MOST_PER_WINDOW;
    }

    private static <K, V> Map<K, V> bounded() {
        return new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > MOST_REMEMBERED;
            }
        };
    }
}
