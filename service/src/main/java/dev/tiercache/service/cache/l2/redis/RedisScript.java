package dev.tiercache.service.cache.l2.redis;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.Base16;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** A Lua script for one key that answers with a number: called by its digest, and sent in full where Redis lacks it. */
final class RedisScript {

    private final byte[] text;
    private final String digest;

    RedisScript(String text) {
        this.text = bytes(text);
        this.digest = Base16.digest(this.text);
    }

    /** Runs it; what it answers, or how it failed. */
    CompletionStage<Long> run(RedisAsyncCommands<String, byte[]> commands, String key, byte[]... arguments) {
        String[] keys = {key};
        return commands.<Long>evalsha(digest, ScriptOutputType.INTEGER, keys, arguments)
                .exceptionallyCompose(failure -> cause(failure) instanceof RedisNoScriptException
                        ? commands.<Long>eval(text, ScriptOutputType.INTEGER, keys, arguments)
                        : CompletableFuture.failedStage(failure));
    }

    static byte[] bytes(String ascii) {
        return ascii.getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] bytes(long number) {
        return bytes(Long.toString(number));
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
