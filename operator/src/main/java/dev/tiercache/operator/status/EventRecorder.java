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

    private record Written(String name, int count, Instant last) {}

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

    private synchronized void write(CacheDeployment cache, Note note) {
        Instant now = clock.instant();
        String uid = cache.getMetadata().getUid();
        String namespace = cache.getMetadata().getNamespace();
        var key = new Key(uid, note.reason(), note.note());
        var before = written.get(key);
        if (before != null && before.last().plus(SERIES).isAfter(now)) {
            written.put(key, new Written(before.name(), before.count() + 1, now));
            client.resource(series(before.name(), namespace, before.count() + 1, now))
                    .fieldManager(MANAGER)
                    .forceConflicts()
                    .serverSideApply();
            return;
        }
        if (!allowed(uid, now)) {
            return;
        }
        Event event = event(cache, note, now);
        client.resource(event).inNamespace(namespace).create();
        written.put(key, new Written(event.getMetadata().getName(), 1, now));
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

    private Event event(CacheDeployment cache, Note note, Instant now) {
        var meta = cache.getMetadata();
        String text =
                note.note().length() <= LONGEST_NOTE ? note.note() : note.note().substring(0, LONGEST_NOTE);
        return new EventBuilder()
                .withNewMetadata()
                .withName(meta.getName() + "." + UUID.randomUUID().toString().substring(0, 13))
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
