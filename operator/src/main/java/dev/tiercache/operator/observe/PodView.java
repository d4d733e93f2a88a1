package dev.tiercache.operator.observe;

/**
 * What the operator needs to know of a pod.
 *
 * @param name name of the pod
 * @param uid identity; a successor under the same name has another
 * @param ip address, or an empty text before it has one
 * @param scheduled whether it has a node
 * @param running whether its main container runs
 * @param ready whether it is ready as Kubernetes sees it
 * @param terminating whether it is being deleted
 * @param trouble what keeps it from being ready, one line, or an empty text
 * @param restartHash annotation that names the template it was made from, or an empty text
 * @param role role label, or an empty text
 * @param filesHash annotation that names the files it was last told to read again, or an empty text
 * @param wanted resources in its spec
 * @param allotted resources that its main container really has
 * @param resize why a resize is not done yet, or an empty text
 */
public record PodView(
        String name,
        String uid,
        String ip,
        boolean scheduled,
        boolean running,
        boolean ready,
        boolean terminating,
        String trouble,
        String restartHash,
        String role,
        String filesHash,
        Resources wanted,
        Resources allotted,
        String resize) {

    /** The same, being deleted. */
    PodView stopping() {
        return new PodView(
                name,
                uid,
                ip,
                scheduled,
                running,
                ready,
                true,
                trouble,
                restartHash,
                role,
                filesHash,
                wanted,
                allotted,
                resize);
    }

    /** The number at the end of the name of a pod of a StatefulSet. */
    public int ordinal() {
        return Integer.parseInt(name.substring(name.lastIndexOf('-') + 1));
    }
}
