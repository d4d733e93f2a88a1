package dev.tiercache.service.web.admin;

import dev.tiercache.service.cache.TieredCache;
import dev.tiercache.service.config.LiveConfig;
import dev.tiercache.service.config.Settings;
import java.time.Clock;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.AbstractProtocol;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/** The parts of the admin API; without a port there are none. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnBooleanProperty(AdminConfiguration.ON)
public class AdminConfiguration {

    /** The property of Spring's environment that says whether there is an admin API. */
    public static final String ON = "tiercache.admin.on";

    private static final int MAX_THREADS = 4;
    private static final int MAX_CONNECTIONS = 64;

    @Bean
    AdminController adminController(TieredCache cache, LiveConfig config, Clock clock) {
        return new AdminController(cache, config, clock);
    }

    @Bean
    FilterRegistrationBean<AdminGate> adminGate(Settings settings) {
        FilterRegistrationBean<AdminGate> gate = new FilterRegistrationBean<>(new AdminGate(settings.admin()));
        // Behind Spring's filter that measures requests: those without the token count as 401.
        gate.setOrder(Ordered.HIGHEST_PRECEDENCE + 10);
        return gate;
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> adminPort(Settings settings) {
        return factory ->
                factory.addAdditionalConnectors(connector(settings.admin().port()));
    }

    /** Few threads and connections: it must not take what the API needs. */
    private static Connector connector(int port) {
        Connector connector = new Connector(TomcatServletWebServerFactory.DEFAULT_PROTOCOL);
        connector.setPort(port);
        if (connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol) {
            protocol.setMaxThreads(MAX_THREADS);
            protocol.setMinSpareThreads(1);
            protocol.setMaxConnections(MAX_CONNECTIONS);
        }
        connector.setProperty("relaxedQueryChars", "^");
        return connector;
    }
}
