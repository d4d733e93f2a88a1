package dev.tiercache.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.cache.autoconfigure.RedisCacheManagerBuilderCustomizer;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.data.redis.cache.RedisCacheConfiguration;
import org.springframework.data.redis.serializer.GenericJacksonJsonRedisSerializer;
import org.springframework.data.redis.serializer.RedisSerializationContext.SerializationPair;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/**
 * What most people build with Spring: {@code @Cacheable} in front of something slow, Redis behind it. One cache keeps
 * objects as JSON, as the documentation of Spring Data Redis advises; the other keeps bytes, which is the fastest that
 * it can do.
 */
@SpringBootConfiguration
@EnableAutoConfiguration
@EnableCaching
@Import({SpringCacheApp.Reports.class, SpringCacheApp.Api.class})
public class SpringCacheApp {

    /** Starts it; {@code --server.port}, {@code --spring.data.redis.url} and {@code --report.file} are its settings. */
    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(SpringCacheApp.class);
        // The service has the same: both are measured with the same threads and connections.
        application.setDefaultProperties(Map.of(
                "spring.cache.type", "redis",
                "spring.threads.virtual.enabled", "true",
                "server.tomcat.max-keep-alive-requests", "-1",
                "spring.main.banner-mode", "off"));
        application.run(args);
    }

    @Bean
    RedisCacheManagerBuilderCustomizer caches() {
        RedisCacheConfiguration common =
                RedisCacheConfiguration.defaultCacheConfig().entryTtl(Duration.ofMinutes(15));
        return builder -> builder.withCacheConfiguration(
                        "objects",
                        common.serializeValuesWith(SerializationPair.fromSerializer(
                                GenericJacksonJsonRedisSerializer.builder().build())))
                .withCacheConfiguration("bytes", common.serializeValuesWith(SerializationPair.byteArray()));
    }

    /** The slow thing. */
    static class Reports {

        private final byte[] json;

        Reports(@Value("${report.file}") Path file) throws IOException {
            json = Files.readAllBytes(file);
        }

        @Cacheable("objects")
        public Map<?, ?> object(String user) {
            return JsonMapper.shared().readValue(json, Map.class);
        }

        @Cacheable("bytes")
        public byte[] bytes(String user) {
            return json.clone();
        }
    }

    /** The same two over HTTP. */
    @RestController
    static class Api {

        private final Reports reports;

        Api(Reports reports) {
            this.reports = reports;
        }

        @GetMapping("/objects/{user}")
        Map<?, ?> object(@PathVariable String user) {
            return reports.object(user);
        }

        @GetMapping("/bytes/{user}")
        ResponseEntity<byte[]> bytes(@PathVariable String user) {
            return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(reports.bytes(user));
        }
    }
}
