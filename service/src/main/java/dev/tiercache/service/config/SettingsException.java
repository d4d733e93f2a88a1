package dev.tiercache.service.config;

import java.io.Serial;
import java.util.List;
import java.util.stream.Collectors;

/** Says which variables the service cannot start with. */
public final class SettingsException extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    /** One line for each problem. */
    public SettingsException(List<Problem> problems) {
        super(problems.stream()
                .map(Problem::toString)
                .collect(Collectors.joining("\n  ", "The service cannot start with this environment:\n  ", "")));
    }
}
