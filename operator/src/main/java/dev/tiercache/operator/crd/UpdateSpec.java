package dev.tiercache.operator.crd;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;

/** How a change that needs restarts reaches the Redis pods of mode Sentinel: replicas first, the master last. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record UpdateSpec(
        @JsonPropertyDescription("Automatic: when all replicas are done, the master is switched to one of them and"
                + " restarted. Manual: the master waits until somebody asks for the switch by the annotation"
                + " tiercache.dev/switchover.")
        @Default("Automatic")
        MasterSwitch masterSwitch) {

    static final UpdateSpec DEFAULT = new UpdateSpec(MasterSwitch.AUTOMATIC);

    public UpdateSpec {
        masterSwitch = Defaults.or(masterSwitch, MasterSwitch.AUTOMATIC);
    }

    public enum MasterSwitch {
        @JsonProperty("Automatic")
        AUTOMATIC,
        @JsonProperty("Manual")
        MANUAL
    }
}
