package dev.tiercache.service.web.gzip;

import java.util.Enumeration;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Says what a client wants of the header Accept-Encoding (RFC 9110, 12.5.3). */
public final class AcceptEncoding {

    /** Stands for a coding that the header does not name. */
    private static final double NOT_NAMED = -1;

    private static final Pattern WEIGHT = Pattern.compile("[qQ]=(0(\\.\\d{0,3})?|1(\\.0{0,3})?)");

    private double gzip = NOT_NAMED;
    private double identity = NOT_NAMED;
    private double any = NOT_NAMED;

    private AcceptEncoding() {}

    /**
     * Whether an answer is to be compressed by gzip: the client names it, or any coding, and does not prefer none.
     *
     * @param headers the values of all headers of that name
     */
    public static boolean wantsGzip(Enumeration<String> headers) {
        AcceptEncoding accepted = new AcceptEncoding();
        while (headers.hasMoreElements()) {
            accepted.header(headers.nextElement());
        }
        return accepted.gzip();
    }

    /** The same for the one header that there is; null where there is none. */
    public static boolean wantsGzip(@Nullable String header) {
        AcceptEncoding accepted = new AcceptEncoding();
        if (header != null) {
            accepted.header(header);
        }
        return accepted.gzip();
    }

    private boolean gzip() {
        double weight = gzip == NOT_NAMED ? any : gzip;
        return weight > 0 && weight >= identity;
    }

    private void header(String value) {
        for (String member : value.split(",")) {
            member(member);
        }
    }

    private void member(String member) {
        int semicolon = member.indexOf(';');
        String coding = semicolon < 0 ? member : member.substring(0, semicolon);
        double weight = semicolon < 0 ? 1 : weight(member.substring(semicolon + 1));
        switch (coding.strip().toLowerCase(Locale.ROOT)) {
            case "gzip", "x-gzip" -> gzip = Math.max(gzip, weight);
            case "identity" -> identity = weight;
            case "*" -> any = weight;
            default -> {
                // Another coding: it is not spoken here.
            }
        }
    }

    /** {@code q=0} to {@code q=1}. What is not that counts as 0: everybody can read what is not compressed. */
    private static double weight(String parameter) {
        String text = parameter.strip();
        return WEIGHT.matcher(text).matches() ? Double.parseDouble(text.substring(2)) : 0;
    }
}
