package dev.tiercache.service.stream;

import dev.tiercache.service.config.LiveConfig;
import dev.tiercache.service.config.Settings;
import dev.tiercache.service.report.ReportSource;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.socket.server.support.OriginHandshakeInterceptor;
import org.springframework.web.socket.server.support.WebSocketHandlerMapping;
import org.springframework.web.socket.server.support.WebSocketHttpRequestHandler;

/** The parts of the stream. */
@Configuration(proxyBeanMethods = false)
public class StreamConfiguration {

    private static final int BUFFER_BYTES = 1024;

    @Bean
    Phase4Hub phase4Hub(
            ReportSource reports, LiveConfig config, Settings settings, Clock clock, MeterRegistry registry) {
        Phase4Hub hub = new Phase4Hub(
                reports,
                () -> config.current().webSocketInterval(),
                StreamLimits.of(settings.maxWebSockets()),
                new Phase4Messages(clock),
                new StreamMeters(registry));
        config.onChange(_ -> hub.paceChanged());
        Gauge.builder("ir.ws.sessions", hub, Phase4Hub::connections)
                .description("Open WebSockets")
                .register(registry);
        return hub;
    }

    @Bean
    StreamController streamController(Phase4Hub hub) {
        return new StreamController(hub);
    }

    @Bean
    WebSocketHandlerMapping phase4Mapping(Phase4Hub hub, Settings settings, Clock clock) {
        WebSocketHttpRequestHandler handler = new PlainWebSockets(new Phase4Handler(hub, new Phase4Messages(clock)));
        handler.setHandshakeInterceptors(
                List.of(new OriginHandshakeInterceptor(settings.allowedOrigins()), new UserIdFromPath()));
        WebSocketHandlerMapping mapping = new WebSocketHandlerMapping();
        mapping.setUrlMap(Map.<String, HttpRequestHandler>of("/ws/phase4-metrics/{userId}", handler));
        // Only what asks for a WebSocket: plain GETs have their own answers.
        mapping.setWebSocketUpgradeMatch(true);
        mapping.setOrder(-1);
        return mapping;
    }

    /**
     * Lets Tomcat keep little for each socket, where nearly all messages are short: else its buffers are 56 KiB for each,
     * and longer messages come in parts all the same.
     */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> smallBuffersForSockets() {
        System.setProperty("org.apache.tomcat.websocket.DEFAULT_BUFFER_SIZE", Integer.toString(BUFFER_BYTES));
        return factory -> factory.addContextCustomizers(context -> {
            context.addParameter("org.apache.tomcat.websocket.textBufferSize", Integer.toString(BUFFER_BYTES));
            context.addParameter("org.apache.tomcat.websocket.binaryBufferSize", Integer.toString(BUFFER_BYTES));
        });
    }

    /** Sends the clients of the stream away as soon as this instance takes no more traffic. */
    @Bean
    ApplicationListener<AvailabilityChangeEvent<?>> closeStreamOnDrain(Phase4Hub hub) {
        return event -> {
            if (event.getState() == ReadinessState.REFUSING_TRAFFIC) {
                hub.close();
            }
        };
    }
}
