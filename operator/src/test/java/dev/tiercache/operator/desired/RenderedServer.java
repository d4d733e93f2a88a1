package dev.tiercache.operator.desired;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiercache.operator.testing.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.ArrayOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** A redis-server that runs on the files rendered for a resource, and its users. */
final class RenderedServer {
    private RenderedServer() {}

    static RedisServer start(Desired desired) {
        return launch(desired).awaitAnswer();
    }

    static RedisServer launch(Desired desired) {
        try {
            Path directory = RedisServer.newDirectory();
            Path file = directory.resolve("redis.conf");
            // The directories of the container become that of the test; all else is as rendered.
            Files.writeString(
                    file,
                    desired.redisConfig()
                            .render()
                            .replace(RedisConfig.ACL_DIRECTORY, directory.toString())
                            .replace("dir " + RedisConfig.DATA_DIRECTORY, "dir " + directory));
            Files.writeString(directory.resolve(AclFile.FILE), desired.acl().render());
            return RedisServer.start(directory, List.of(file.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void asOperator(RedisServer server, Consumer<RedisCommands<String, String>> use) {
        as(server, AclFile.OPERATOR, Fixtures.CREDENTIALS.operator(), use);
    }

    static void as(RedisServer server, String user, String password, Consumer<RedisCommands<String, String>> use) {
        RedisURI uri = RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(server.port())
                .withAuthentication(user, password)
                .build();
        try (RedisClient client = RedisClient.create(uri);
                StatefulRedisConnection<String, String> connection = client.connect()) {
            use.accept(connection.sync());
        }
    }

    static void assertAllowed(RedisCommands<String, String> redis, String... commands) {
        for (String command : commands) {
            assertThatCode(() -> dispatch(redis, command)).as(command).doesNotThrowAnyException();
        }
    }

    static void assertDenied(RedisCommands<String, String> redis, String... commands) {
        for (String command : commands) {
            assertThatThrownBy(() -> dispatch(redis, command)).as(command).hasMessageStartingWith("NOPERM");
        }
    }

    private static void dispatch(RedisCommands<String, String> redis, String command) {
        String[] words = command.split(" ");
        CommandArgs<String, String> arguments = new CommandArgs<>(StringCodec.UTF8);
        for (int i = 1; i < words.length; i++) {
            arguments.add(words[i]);
        }
        redis.dispatch(new Word(words[0]), new ArrayOutput<>(StringCodec.UTF8), arguments);
    }

    private record Word(String text) implements ProtocolKeyword {
        @Override
        public byte[] getBytes() {
            return text.getBytes(StandardCharsets.US_ASCII);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
