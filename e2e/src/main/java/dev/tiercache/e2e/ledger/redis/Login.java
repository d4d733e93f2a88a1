package dev.tiercache.e2e.ledger.redis;

/**
 * Who logs in.
 *
 * @param username empty for the user {@code default}
 * @param password empty for none
 */
public record Login(String username, String password) {

    /** Nobody. */
    public static final Login NONE = new Login("", "");

    /** Without the password. */
    @Override
    public String toString() {
        return password.isEmpty() ? "no login" : (username.isEmpty() ? "default" : username) + " with a password";
    }
}
