package dev.tiercache.service;

import dev.tiercache.service.config.Settings;
import dev.tiercache.service.config.SettingsException;
import dev.tiercache.service.web.admin.AdminConfiguration;
import java.util.HashMap;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.web.context.support.StandardServletEnvironment;

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

    /**
     * Starts the service with given settings.
     *
     * @param more what else to register before the start, such as another source of reports, as the primary one
     */
    public static ConfigurableApplicationContext start(Settings settings, ApplicationContextInitializer<?>... more) {
        SpringApplication application = new SpringApplication(Application.class);
        application.setEnvironment(environment(settings));
        application.addInitializers(
                context -> ((GenericApplicationContext) context).registerBean(Settings.class, () -> settings));
        application.addInitializers(more);
        return application.run();
    }

    /**
     * What Spring reads its properties from: the settings first, and never the process's environment. SERVER_PORT there
     * would win over CONFIG_FILE, and names of Spring's own would change what no document speaks of.
     */
    private static ConfigurableEnvironment environment(Settings settings) {
        StandardServletEnvironment environment = new StandardServletEnvironment();
        environment.getPropertySources().remove(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
        environment.getPropertySources().addFirst(new MapPropertySource("settings", properties(settings)));
        return environment;
    }

    /** What Spring has to know of the settings, by its own names. */
    private static Map<String, Object> properties(Settings settings) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("server.port", settings.serverPort());
        properties.put("management.server.port", settings.managementPort());
        properties.put(AdminConfiguration.ON, settings.admin().on());
        if (settings.logFormat().equals("json")) {
            properties.put("logging.structured.format.console", "logstash");
        } else {
            properties.put("logging.pattern.console", "%d{HH:mm:ss.SSS} %-5p %logger{0}: %m%n%wEx");
        }
        return properties;
    }
}
