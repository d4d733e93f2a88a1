package dev.tiercache.service.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The document of the stream is consistent, and can be violated. */
class StreamContractTest {

    private final JsonNode document = StreamContract.document();

    @Test
    void eachMessageHasAnExampleThatIsOne() {
        JsonNode messages = document.path("components").path("messages");

        assertThat(messages.propertyNames())
                .containsExactlyInAnyOrder(
                        "phase4_update", "heartbeat", "pong", "timeout", "error", "ping", "refresh", "other");
        messages.propertyNames().forEach(name -> {
            JsonNode examples = messages.path(name).path("examples");
            assertThat(examples.isEmpty()).as(name).isFalse();
            examples.forEach(example -> assertThat(StreamContract.complaints(
                            name, example.path("payload").toString()))
                    .isEmpty());
        });
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        List<String> references = new ArrayList<>();
        document.findValues("$ref").forEach(reference -> references.add(reference.asString()));

        assertThat(document.path("asyncapi").asString()).isEqualTo("3.0.0");
        assertThat(references)
                .isNotEmpty()
                .allSatisfy(reference -> assertThat(
                                document.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse());
    }

    @Test
    void aMessageThatIsNotAsPromisedIsFound() {
        assertThat(StreamContract.complaints("{\"type\":\"heartbeat\"}")).isNotEmpty();
        assertThat(StreamContract.complaints("{\"type\":\"heartbeat\",\"timestamp\":\"yesterday\"}"))
                .isNotEmpty();
        assertThat(StreamContract.complaints("{\"type\":\"news\"}")).isNotEmpty();
    }
}
