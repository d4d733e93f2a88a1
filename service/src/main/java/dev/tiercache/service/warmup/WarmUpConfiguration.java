package dev.tiercache.service.warmup;

import dev.tiercache.service.cache.TieredCache;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The parts of the warm-up. */
@Configuration(proxyBeanMethods = false)
public class WarmUpConfiguration {

    @Bean
    WarmUp warmUp(TieredCache cache) {
        return new WarmUp(cache);
    }

    @Bean
    CacheUpkeep cacheUpkeep(TieredCache cache) {
        return new CacheUpkeep(cache.admin());
    }
}
