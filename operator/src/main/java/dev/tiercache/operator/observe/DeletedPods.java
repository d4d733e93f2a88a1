package dev.tiercache.operator.observe;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The pods that this process has deleted. A cache may know less for a moment, and what was begun by one look at it would
 * be forgotten by the next: until such a pod is gone it is about to stop, whatever the cache says. Thread-safe.
 */
public final class DeletedPods {
    /** By namespace and name, of which the next pod takes the place: there are no more than pods. */
    private final Map<String, String> uids = new ConcurrentHashMap<>();

    public void add(String namespace, String name, String uid) {
        uids.put(namespace + "/" + name, uid);
    }

    /** The pods as they are. */
    public List<PodView> among(String namespace, List<PodView> pods) {
        return pods.stream()
                .map(pod -> pod.uid().equals(uids.get(namespace + "/" + pod.name())) ? pod.stopping() : pod)
                .toList();
    }
}
