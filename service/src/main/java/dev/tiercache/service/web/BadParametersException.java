package dev.tiercache.service.web;

import java.io.Serial;
import java.util.List;

/** Says what is wrong with the parameters of a request. */
final class BadParametersException extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient List<BadParameter> parameters;

    BadParametersException(List<BadParameter> parameters) {
        super("bad parameters", null, false, false);
        this.parameters = List.copyOf(parameters);
    }

    List<BadParameter> parameters() {
        return parameters;
    }
}
