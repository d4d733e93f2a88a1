package dev.tiercache.service.cache.l2.redis;

import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;

/**
 * Commands that wait for the connection's thread together go out in one system call, not one each. With many requests
 * at once that is most of what a read costs on this side; a single one goes out as soon as before.
 */
final class SharedFlushes implements NettyCustomizer {

    private static final int MAX_COMMANDS = 256;

    @Override
    public void afterChannelInitialized(Channel channel) {
        channel.pipeline().addFirst(new FlushConsolidationHandler(MAX_COMMANDS, true));
    }
}
