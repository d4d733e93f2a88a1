package dev.tiercache.operator.health;

import dev.tiercache.operator.Settings;
import dev.tiercache.operator.crd.CacheDeployment;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.PrintStream;
import java.util.function.Supplier;

/**
 * Says whether an operator with this environment reaches the API server, may list its resources and read its lease; for
 * the chart's test. It writes nothing, and so says nothing of the rights to write.
 */
public final class SelfCheck {
    private SelfCheck() {}

    /**
     * Runs all checks, also after one has failed.
     *
     * @return whether all of them passed
     */
    public static boolean run(KubernetesClient client, Settings settings, PrintStream out) {
        var oneItem = new ListOptionsBuilder().withLimit(1L).build();
        boolean passed = true;
        if (settings.watchNamespaces().isEmpty()) {
            passed &= check(
                    out,
                    "CacheDeployments can be listed in all namespaces",
                    () -> client.resources(CacheDeployment.class)
                            .inAnyNamespace()
                            .list(oneItem));
        }
        for (String namespace : settings.watchNamespaces()) {
            passed &= check(
                    out,
                    "CacheDeployments can be listed in namespace " + namespace,
                    () -> client.resources(CacheDeployment.class)
                            .inNamespace(namespace)
                            .list(oneItem));
        }
        if (settings.leaderElection()) {
            String name = settings.operatorNamespace() + "/" + settings.leaseName();
            passed &= check(
                    out,
                    "the lease " + name + " can be read",
                    () -> client.resources(Lease.class)
                            .inNamespace(settings.operatorNamespace())
                            .withName(settings.leaseName())
                            .get());
        }
        return passed;
    }

    private static boolean check(PrintStream out, String what, Supplier<?> attempt) {
        try {
            // An answer counts, also one that says that there is nothing.
            var unused = attempt.get();
            out.println("ok: " + what);
            return true;
        } catch (KubernetesClientException failure) {
            out.println("FAILED: " + what + ": " + failure.getMessage());
            return false;
        }
    }
}
