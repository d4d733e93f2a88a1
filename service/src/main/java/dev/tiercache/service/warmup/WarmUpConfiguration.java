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
    HottestNotes hottestNotes(TieredCache cache) {
        return new HottestNotes(cache.admin());
    }
}
