package dev.tiercache.operator.crd;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** How clients authenticate to Redis. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
        value = "!has(self.secretRef) || !has(self.mode) || self.mode == 'Password'",
        fieldPath = ".secretRef",
        message = "auth.secretRef: only with auth.mode Password: remove secretRef, or set mode to Password")
public record AuthSpec(
        @JsonPropertyDescription("Password: clients give the password of Redis' user default."
                + " Disabled: clients need none (the operator and the probes still do).")
        @Default("Password")
        AuthMode mode,

        @JsonPropertyDescription(
                "A Secret of yours with the password of the user default. Absent: the operator generates"
                        + " one into <name>-auth.")
        @Nullable
        SecretKey secretRef) {

    public static final AuthSpec DEFAULT = new AuthSpec(AuthMode.PASSWORD, null);

    public AuthSpec {
        mode = Defaults.or(mode, AuthMode.PASSWORD);
    }

    public enum AuthMode {
        @JsonProperty("Disabled")
        DISABLED,
        @JsonProperty("Password")
        PASSWORD
    }

    /** One key of a Secret in the namespace of the resource. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @ValidationRule(
            value = "!has(self.name) || self.name.matches('^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$')",
            fieldPath = ".name",
            message = "auth.secretRef.name: expected the name of a Secret (a-z, 0-9, '-', '.'): correct it")
    @ValidationRule(
            value = "!has(self.key) || self.key.matches('^[-._a-zA-Z0-9]+$')",
            fieldPath = ".key",
            message = "auth.secretRef.key: expected a key of the Secret (A-Z, a-z, 0-9, '-', '_', '.'): correct it")
    public record SecretKey(
            @JsonPropertyDescription("Name of the Secret, in the namespace of this resource.")
            @Required
            @Size(min = 1, max = 253)
            String name,

            @JsonPropertyDescription("Key in the Secret.") @Default("password") @Size(min = 1, max = 253)
            String key) {

        public SecretKey {
            key = Defaults.or(key, "password");
        }
    }
}
