package dev.tiercache.service;

import dev.tiercache.service.config.Settings;
import dev.tiercache.service.config.SettingsException;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.GenericApplicationContext;

/** The service as a process: reads the environment, and says what is wrong with it before anything else starts. */
@SpringBootConfiguration
@EnableAutoConfiguration
@Import(Wiring.class)
public class Application {

    private static final int BAD_ENVIRONMENT = 2;

    /** Starts the service; ends with status 2 when the environment is not good. */
    public static void main(String[] args) {
        try {
            start(Settings.of(System.getenv()));
        } catch (SettingsException e) {
            System.err.println(e.getMessage());
            System.exit(BAD_ENVIRONMENT);
        }
    }

    /** Starts the service with given settings. */
    public static ConfigurableApplicationContext start(Settings settings) {
        SpringApplication application = new SpringApplication(Application.class);
        application.setDefaultProperties(properties(settings));
        application.addInitializers(
                context -> ((GenericApplicationContext) context).registerBean(Settings.class, () -> settings));
        return application.run();
    }

    /** What Spring has to know of the settings, by its own names. */
    private static Map<String, Object> properties(Settings settings) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("server.port", settings.serverPort());
        properties.put("management.server.port", settings.managementPort());
        if (settings.logFormat().equals("json")) {
            properties.put("logging.structured.format.console", "logstash");
        } else {
            properties.put("logging.pattern.console", "%d{HH:mm:ss.SSS} %-5p %logger{0}: %m%n%wEx");
        }
        return properties;
    }
}
