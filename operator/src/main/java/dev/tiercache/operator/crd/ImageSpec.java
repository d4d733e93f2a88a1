package dev.tiercache.operator.crd;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A container image. Parts that are absent come from the operator's own configuration. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "!(has(self.tag) && has(self.digest))",
        fieldPath = ".tag",
        message = "image: tag and digest are both set: keep one of them (the digest, if the image must never change)")
@ValidationRule(
        value = "!has(self.repository) || has(self.tag) || has(self.digest)",
        fieldPath = ".repository",
        message = "image: repository is set without a version: add tag or digest")
@ValidationRule(
        value = "!has(self.repository) ||"
                + " self.repository.matches('^[a-zA-Z0-9][a-zA-Z0-9._-]*((:[0-9]{1,5})?(/[a-z0-9][a-z0-9._-]*)+)?$')",
        fieldPath = ".repository",
        message = "image.repository: expected a name such as redis or registry.example/team/redis, without tag and"
                + " digest: write those in image.tag or image.digest")
@ValidationRule(
        value = "!has(self.tag) || self.tag.matches('^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$')",
        fieldPath = ".tag",
        message = "image.tag: expected 1 to 128 of A-Z, a-z, 0-9, '_', '.', '-', such as 8.0: correct it")
@ValidationRule(
        value = "!has(self.digest) || self.digest.matches('^sha256:[a-f0-9]{64}$')",
        fieldPath = ".digest",
        message = "image.digest: expected sha256: and 64 hexadecimal digits in lower case: copy it whole")
public record ImageSpec(
        @JsonPropertyDescription("Image name without tag and digest. Absent: the operator's default image.")
        @Size(min = 1, max = 255)
        @Nullable
        String repository,

        @JsonPropertyDescription(
                "Image tag, 1 to 128 characters; not together with digest. Absent: the default image's.")
        @Size(min = 1, max = 128)
        @Nullable
        String tag,

        @JsonPropertyDescription("Image digest, sha256:<64 hexadecimal digits>; not together with tag.")
        @Size(min = 1, max = 71)
        @Nullable
        String digest,

        @JsonPropertyDescription("When a node pulls the image: IfNotPresent, Always or Never.") @Default("IfNotPresent")
        PullPolicy pullPolicy,

        @JsonPropertyDescription("Secrets of this namespace with credentials of the registry, at most 10.")
        @Size(max = 10)
        List<SecretName> pullSecrets) {

    public static final ImageSpec DEFAULT = new ImageSpec(null, null, null, PullPolicy.IF_NOT_PRESENT, List.of());

    public ImageSpec {
        pullPolicy = Defaults.or(pullPolicy, PullPolicy.IF_NOT_PRESENT);
        pullSecrets = Defaults.copy(pullSecrets);
    }

    public enum PullPolicy {
        @JsonProperty("IfNotPresent")
        IF_NOT_PRESENT("IfNotPresent"),
        @JsonProperty("Always")
        ALWAYS("Always"),
        @JsonProperty("Never")
        NEVER("Never");

        private final String text;

        PullPolicy(String text) {
            this.text = text;
        }

        /** The value as Kubernetes spells it. */
        @Override
        public String toString() {
            return text;
        }
    }

    /** The name of a Secret in the namespace of the resource. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record SecretName(
            @JsonPropertyDescription("Name of the Secret.") @Required @Size(min = 1, max = 253)
            String name) {}
}
