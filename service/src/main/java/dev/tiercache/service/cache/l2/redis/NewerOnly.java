package dev.tiercache.service.cache.l2.redis;

import dev.tiercache.service.cache.l2.L2;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Writes a value unless one is there that is as new or newer.
 *
 * <p>{@code SET NX} goes first, and the script only when something is there: Redis tells a connection of what its own
 * scripts change, NOLOOP or not, and then L1 would lose a value for having given it away.
 */
final class NewerOnly {

    /** Reads created_at where either form of the envelope has it; what has none is no value, and is replaced. */
    private static final RedisScript SCRIPT = new RedisScript("""
            local start = '{"v":1,"key":"' .. KEYS[1] .. '","created_at":'
            local head = redis.pcall('GETRANGE', KEYS[1], 0, #start + 15)
            local at = nil
            if type(head) == 'string' then
                if string.sub(head, 1, #start) == start then
                    at = tonumber(string.match(head, '^%d+', #start + 1))
                elseif string.sub(head, 1, 3) == 'TC\\1' and #head >= 16 then
                    at = 0
                    for i = 9, 16 do at = at * 256 + string.byte(head, i) end
                end
            end
            if at and at >= tonumber(ARGV[1]) then return 0 end
            redis.call('SET', KEYS[1], ARGV[2], 'PXAT', ARGV[3])
            return 1
            """);

    private NewerOnly() {}

    /**
     * Writes.
     *
     * @param scripts whether scripts may be run; without them, whatever is there stays
     * @return whether it was written
     */
    static CompletionStage<Boolean> write(
            RedisAsyncCommands<String, byte[]> commands, L2.Entry entry, boolean scripts) {
        SetArgs ifAbsent = new SetArgs().nx().pxAt(entry.expiresAtMillis());
        return commands.set(entry.key(), entry.bytes(), ifAbsent).thenCompose(answer -> {
            if (answer != null || !scripts) {
                return CompletableFuture.completedStage(answer != null);
            }
            return SCRIPT.run(
                            commands,
                            entry.key(),
                            RedisScript.bytes(entry.createdAtMillis()),
                            entry.bytes(),
                            RedisScript.bytes(entry.expiresAtMillis()))
                    .thenApply(written -> written == 1);
        });
    }
}
