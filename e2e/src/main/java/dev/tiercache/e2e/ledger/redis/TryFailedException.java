package dev.tiercache.e2e.ledger.redis;

import io.lettuce.core.RedisCommandExecutionException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One try that brought nothing: why, in a word that can be counted, and whether its connection is still of use. */
public final class TryFailedException extends Exception {

    /** No answer in time. */
    public static final String TIMEOUT = "Timeout";
    /** The connection was closed under the command, or did not come about. */
    public static final String CONNECTION = "Connection";
    /** The address that was named does not belong to a master. */
    public static final String NOT_MASTER = "NotMaster";
    /** No Sentinel answers, or none knows the master. */
    public static final String NO_SENTINEL = "NoSentinel";

    /** What a server says that is not, or not yet, the one to write to. */
    private static final Set<String> ANOTHER_SERVER = Set.of("READONLY", "LOADING", "MASTERDOWN", "NOREPLICAS");

    private static final Pattern REDIS_ERROR = Pattern.compile("([A-Z][A-Z0-9_]+)( .*)?", Pattern.DOTALL);

    private final String kind;
    private final boolean connectionUsable;

    private TryFailedException(String kind, String detail, boolean connectionUsable) {
        super(detail);
        this.kind = kind;
        this.connectionUsable = connectionUsable;
    }

    static TryFailedException of(String kind, String detail) {
        return new TryFailedException(kind, detail, false);
    }

    /** What a future of Lettuce ended with; the first word of an error of Redis is its kind. */
    static TryFailedException of(Throwable failure) {
        Throwable last = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RedisCommandExecutionException refused) {
                String message = String.valueOf(refused.getMessage());
                Matcher error = REDIS_ERROR.matcher(message);
                String kind = error.matches() ? error.group(1) : "ERR";
                return new TryFailedException(kind, message, !ANOTHER_SERVER.contains(kind));
            }
            if (cause instanceof TimeoutException) {
                return of(TIMEOUT, "no answer in time");
            }
            last = cause;
        }
        return of(CONNECTION, last.toString());
    }

    /** The error's first word where Redis gave one, else one of the constants. */
    public String kind() {
        return kind;
    }

    /** Kind and detail. */
    @Override
    public String getMessage() {
        return kind + ": " + super.getMessage();
    }

    /** False where the next try should be on a new connection, to whoever is master then. */
    public boolean connectionUsable() {
        return connectionUsable;
    }

    /** There may be very many of them during an outage, and nobody asks where they came from. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
