package dev.tiercache.service.problem;

import java.io.Serial;
import java.util.List;

/** Says what is wrong with the parameters of a request. */
public final class BadParametersException extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient List<BadParameter> parameters;

    /** Makes one that names each parameter that is not good. */
    public BadParametersException(List<BadParameter> parameters) {
        super("bad parameters", null, false, false);
        this.parameters = List.copyOf(parameters);
    }

    /** What is wrong, in the order of the parameters. */
    public List<BadParameter> parameters() {
        return parameters;
    }
}
