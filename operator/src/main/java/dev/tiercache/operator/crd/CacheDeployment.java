package dev.tiercache.operator.crd;

import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** One two-tier cache: a Redis, and the report API that reads through it. */
@Group(CacheDeployment.GROUP)
@Version(CacheDeployment.VERSION)
@ShortNames("cdep")
@Categories("tiercache")
// The StatefulSet controller labels its pods <StatefulSet name>-<hash of ten>, and a label value holds 63 characters:
// the longest name we give a StatefulSet, <name>-sentinel, may therefore have 52.
@ValidationRule(
        value = "self.metadata.name.matches('^[a-z]([-a-z0-9]{0,41}[a-z0-9])?$')",
        message = "metadata.name: at most 43 characters of a-z, 0-9 and '-', a letter first, no dot"
                + " (names of pods and labels are made of it): choose another name")
@ValidationRule(
        value = "!has(self.spec) || !has(self.spec.auth) || !has(self.spec.auth.secretRef)"
                + " || !has(self.spec.auth.secretRef.name)"
                + " || !(self.spec.auth.secretRef.name in [self.metadata.name + '-auth',"
                + " self.metadata.name + '-binding', self.metadata.name + '-redis-acl'])",
        message = "spec.auth.secretRef.name: <name>-auth, <name>-binding and <name>-redis-acl are written by the"
                + " operator: give the Secret another name, or remove secretRef to use a generated password")
public class CacheDeployment extends CustomResource<CacheDeploymentSpec, CacheDeploymentStatus> implements Namespaced {
    public static final String GROUP = "tiercache.dev";
    public static final String VERSION = "v1alpha1";

    @Override
    protected CacheDeploymentSpec initSpec() {
        return CacheDeploymentSpec.DEFAULT;
    }

    @Override
    protected CacheDeploymentStatus initStatus() {
        return CacheDeploymentStatus.EMPTY;
    }
}
