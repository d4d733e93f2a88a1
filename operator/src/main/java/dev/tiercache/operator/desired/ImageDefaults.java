package dev.tiercache.operator.desired;

import dev.tiercache.operator.crd.ImageSpec;

/**
 * The images that hold where a resource names none: whole references such as {@code redis:8} or
 * {@code registry.example/team/redis@sha256:…}.
 */
public record ImageDefaults(String redis, String api) {

    public ImageDefaults {
        requireVersion("REDIS_IMAGE", redis);
        requireVersion("API_IMAGE", api);
    }

    /** The reference a container gets: what the resource says, the rest from the default. */
    static String resolve(ImageSpec image, String otherwise) {
        String repository = image.repository() == null ? repository(otherwise) : image.repository();
        if (image.digest() != null) {
            return repository + "@" + image.digest();
        }
        if (image.tag() != null) {
            return repository + ":" + image.tag();
        }
        return otherwise;
    }

    private static void requireVersion(String variable, String reference) {
        if (reference.isBlank() || repository(reference).equals(reference)) {
            throw new IllegalArgumentException(variable + "='" + reference
                    + "': expected an image with a tag or a digest, such as redis:8: set it to one");
        }
    }

    /** Without tag and digest; a colon before the last slash belongs to a port. */
    private static String repository(String reference) {
        int digest = reference.indexOf('@');
        String untagged = digest < 0 ? reference : reference.substring(0, digest);
        int colon = untagged.lastIndexOf(':');
        return colon > untagged.lastIndexOf('/') ? untagged.substring(0, colon) : untagged;
    }
}
