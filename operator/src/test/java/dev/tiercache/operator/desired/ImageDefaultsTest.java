package dev.tiercache.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiercache.operator.crd.ImageSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which image a container gets. */
class ImageDefaultsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                       | redis:8                    | redis:8",
                "{tag: '7.2'}                             | redis:8                    | redis:7.2",
                "{tag: '7.2'}                             | reg.example:5000/redis     | reg.example:5000/redis:7.2",
                "{tag: '7.2'}                             | reg.example:5000/redis:8   | reg.example:5000/redis:7.2",
                "{tag: '7.2'}                             | redis:8@sha256:aa          | redis:7.2",
                "{digest: 'sha256:bb'}                    | redis:8@sha256:aa          | redis@sha256:bb",
                "{repository: a/b, tag: '1'}              | redis:8                    | a/b:1",
                "{repository: a/b, digest: 'sha256:bb'}   | redis:8                    | a/b@sha256:bb"
            })
    void whatTheResourceLeavesOutComesFromTheDefault(String image, String otherwise, String expected) {
        ImageSpec spec = Serialization.unmarshal("---\n" + image, ImageSpec.class);

        assertThat(ImageDefaults.resolve(spec, otherwise)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis", "reg.example:5000/redis", ""})
    void aDefaultWithoutAVersionIsRefused(String reference) {
        assertThatThrownBy(() -> new ImageDefaults(reference, "tiercache/service:1"))
                .hasMessageContaining("REDIS_IMAGE")
                .hasMessageContaining("'" + reference + "'")
                .hasMessageContaining("redis:8");
    }

    @Test
    void aDigestIsAVersion() {
        assertThat(new ImageDefaults("redis@sha256:aa", "b:1").redis()).isEqualTo("redis@sha256:aa");
    }
}
