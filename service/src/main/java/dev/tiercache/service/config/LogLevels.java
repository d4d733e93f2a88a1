package dev.tiercache.service.config;

import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

/** Applies LOG_LEVEL: to this service in full, to its libraries only when it asks for less than INFO. */
public final class LogLevels {

    private LogLevels() {}

    /** Sets the levels of the running process. */
    public static void apply(LoggingSystem logging, String level) {
        LogLevel wanted = LogLevel.valueOf(level);
        LogLevel libraries = wanted.ordinal() < LogLevel.INFO.ordinal() ? LogLevel.INFO : wanted;
        logging.setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, libraries);
        logging.setLogLevel("dev.tiercache", wanted);
    }
}
